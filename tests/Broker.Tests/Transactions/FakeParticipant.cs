using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>What a transaction writes to, in memory: it survives the coordinator, as a log survives a crash.</summary>
internal sealed class FakeParticipant : ITransactionParticipant
{
    private readonly Dictionary<long, short> _epochs = [];
    private readonly List<(long ProducerId, string Value)> _open = [];

    /// <summary>What was told, in order.</summary>
    public List<(long ProducerId, short Epoch, bool Committed)> Ends { get; } = [];

    /// <summary>What a reader sees that reads only what is committed.</summary>
    public List<string> Visible { get; } = [];

    /// <summary>Whether anything waits for the end of a transaction.</summary>
    public bool HasOpen => _open.Count > 0;

    /// <summary>Called at the beginning and at the end of <see cref="End"/>.</summary>
    public Action Step { get; set; } = () => { };

    /// <summary>Writes in a transaction, unless the producer is fenced.</summary>
    public bool Append(long producerId, short epoch, string value)
    {
        if (epoch < _epochs.GetValueOrDefault(producerId))
        {
            return false;
        }

        _epochs[producerId] = epoch;
        _open.Add((producerId, value));
        return true;
    }

    public void End(long producerId, short producerEpoch, bool committed)
    {
        Step();
        Ends.Add((producerId, producerEpoch, committed));
        Assert.True(producerEpoch >= _epochs.GetValueOrDefault(producerId), "An end came with an older epoch than the records.");
        _epochs[producerId] = producerEpoch;
        if (committed)
        {
            Visible.AddRange(_open.Where(one => one.ProducerId == producerId).Select(one => one.Value));
        }

        _open.RemoveAll(one => one.ProducerId == producerId);
        Step();
    }
}
