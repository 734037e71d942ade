using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>The idempotent producers of a partition and their open transactions; not thread-safe.</summary>
internal sealed class ProducerStates
{
    // Any client may write with any producer id; what is kept for them has to end somewhere.
    private const int Most = 100_000;

    private readonly Dictionary<long, ProducerState> _states = [];
    private readonly SortedSet<long> _open = [];

    /// <summary>The first offset that belongs to an open transaction; null without one.</summary>
    public long? FirstOpen => _open.Count > 0 ? _open.Min : null;

    /// <summary>Null when nothing is known of the producer.</summary>
    public ProducerState? Find(long id) => _states.GetValueOrDefault(id);

    /// <summary>Takes note of a batch with a producer id that was appended.</summary>
    public void Append(in BatchHeader header, long baseOffset, long now)
    {
        var state = FindOrAdd(header.ProducerId);
        state.Append(header, baseOffset, now);
        if (header.IsTransactional && state.OpenSince < 0)
        {
            state.OpenSince = baseOffset;
            _open.Add(baseOffset);
        }
    }

    /// <summary>Takes note of the end of a transaction, and fences older epochs.</summary>
    /// <returns>The first offset of the transaction that was open, or -1.</returns>
    public long End(long id, short epoch, long now)
    {
        var state = FindOrAdd(id);
        state.RaiseEpoch(epoch, now);
        var since = state.OpenSince;
        _open.Remove(since);
        state.OpenSince = -1;
        return since;
    }

    /// <summary>Forgets who did not write for that long, unless a transaction is open.</summary>
    public void Expire(TimeSpan age, long now)
    {
        var oldest = now - (long)age.TotalMilliseconds;
        foreach (var (id, state) in _states)
        {
            if (state.LastUsed < oldest && state.OpenSince < 0)
            {
                _states.Remove(id);
            }
        }
    }

    /// <summary>All that is known, as bytes.</summary>
    public byte[] ToBytes() => WireBytes.Of(new ProducerSnapshot { Producers = [.. _states.Values] });

    /// <summary>What <see cref="ToBytes"/> gave, in place of what is known.</summary>
    /// <exception cref="WireException">The bytes are something else.</exception>
    public void Restore(ReadOnlyMemory<byte> bytes)
    {
        var snapshot = WireBytes.To<ProducerSnapshot>(bytes);
        Clear();
        foreach (var state in snapshot.Producers)
        {
            _states.Add(state.Id, state);
            if (state.OpenSince >= 0)
            {
                _open.Add(state.OpenSince);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _states.Clear();
        _open.Clear();
    }

    private void ForgetOlderHalf()
    {
        foreach (var state in _states.Values.Where(state => state.OpenSince < 0).OrderBy(state => state.LastUsed).Take(Most / 2).ToList())
        {
            _states.Remove(state.Id);
        }
    }

    private ProducerState FindOrAdd(long id)
    {
        if (!_states.TryGetValue(id, out var state))
        {
            if (_states.Count >= Most)
            {
                ForgetOlderHalf();
            }

            _states.Add(id, state = new ProducerState(id));
        }

        return state;
    }
}
