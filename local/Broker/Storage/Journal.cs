namespace Millrace.Broker.Storage;

/// <summary>The broker's own small state, by key: topics, committed offsets, transactions.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    /// <summary>One that is gone with the process.</summary>
    public static Journal InMemory() => new();

    /// <summary>What is stored under keys that begin with the prefix, in the order of the keys.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Read(string prefix)
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))];
        }
    }

    /// <summary>Stores all of it or, if the process dies before it returns, all or nothing.</summary>
    /// <param name="changes">Keys with their new values; null deletes.</param>
    public void Write(params ReadOnlySpan<KeyValuePair<string, byte[]?>> changes)
    {
        lock (_gate)
        {
            foreach (var (key, value) in changes)
            {
                if (value is null)
                {
                    _entries.Remove(key);
                }
                else
                {
                    _entries[key] = value;
                }
            }
        }
    }

    public void Dispose()
    {
    }
}
