using System.Collections.Concurrent;

namespace Millrace.Lookups;

/// <summary>Keeps answers within a number of bytes.</summary>
/// <remarks>
/// A hit takes no lock: it reads, and marks the entry as used. Entries stand in a row by age; to make room, a hand walks it
/// from the old end, takes the mark off those that were used and drops those that were not (the SIEVE algorithm, Zhang
/// et al., NSDI 2024). So what is asked for once never drives out what is asked for often. The hand gives a bounded number
/// of entries a second chance for each that it drops, so that no insertion stands still for long.
/// </remarks>
internal sealed class AnswerStore(long maxBytes)
{
    private const int SecondChances = 1_024;

    // Two of them, by what was asked for: strings are found faster than keys that hold one.
    private readonly ConcurrentDictionary<string, Entry> _json = new();
    private readonly ConcurrentDictionary<string, Entry> _raw = new();
    private readonly Lock _gate = new();
    private Entry? _oldest;
    private Entry? _newest;
    private Entry? _hand;
    private long _bytes;

    /// <summary>How many bytes the answers take.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How many answers there are.</summary>
    public int Count => _json.Count + _raw.Count;

    /// <summary>The answer, if it may be given at this time; null otherwise.</summary>
    public CachedAnswer? Find(CacheKey key, long now)
    {
        if (!Entries(key).TryGetValue(key.Address, out var entry) || now >= entry.Answer.UsableUntil)
        {
            return null;
        }

        // Written only where it changes, so that hits on all cores share the line.
        if (!entry.Used)
        {
            entry.Used = true;
        }

        return entry.Answer;
    }

    /// <summary>Keeps an answer in the place of an older one to the same; one that is larger than everything there is room for is not kept.</summary>
    /// <returns>How many others were dropped for it, and by how much the bytes grew.</returns>
    public (int Evicted, long Growth) Put(CacheKey key, CachedAnswer answer)
    {
        lock (_gate)
        {
            var (evicted, before) = (0, _bytes);
            if (Entries(key).TryGetValue(key.Address, out var former))
            {
                Remove(former);
            }

            if (answer.Bytes <= maxBytes)
            {
                for (; _bytes + answer.Bytes > maxBytes; evicted++)
                {
                    Remove(Candidate());
                }

                Add(new Entry(key, answer));
            }

            return (evicted, _bytes - before);
        }
    }

    private ConcurrentDictionary<string, Entry> Entries(CacheKey key) => key.AsJson ? _json : _raw;

    private Entry Candidate()
    {
        var entry = _hand ?? _oldest!;
        for (var chances = SecondChances; entry.Used && chances > 0; chances--)
        {
            entry.Used = false;
            entry = entry.Newer ?? _oldest!;
        }

        _hand = entry;
        return entry;
    }

    private void Add(Entry entry)
    {
        entry.Older = _newest;
        if (_newest is null)
        {
            _oldest = entry;
        }
        else
        {
            _newest.Newer = entry;
        }

        _newest = entry;
        Entries(entry.Key)[entry.Key.Address] = entry;
        Volatile.Write(ref _bytes, _bytes + entry.Answer.Bytes);
    }

    private void Remove(Entry entry)
    {
        if (_hand == entry)
        {
            _hand = entry.Newer;
        }

        if (entry.Older is null)
        {
            _oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        if (entry.Newer is null)
        {
            _newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        Entries(entry.Key).TryRemove(entry.Key.Address, out _);
        Volatile.Write(ref _bytes, _bytes - entry.Answer.Bytes);
    }

    private sealed class Entry(CacheKey key, CachedAnswer answer)
    {
        public CacheKey Key => key;

        public CachedAnswer Answer => answer;

        public bool Used { get; set; }

        public Entry? Older { get; set; }

        public Entry? Newer { get; set; }
    }
}
