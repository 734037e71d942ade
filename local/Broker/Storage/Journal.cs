using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Millrace.Broker.Storage;

/// <summary>The broker's own small state, by key: topics, committed offsets, transactions.</summary>
/// <remarks>Thread-safe. What was written survives the end of the process, and the end of the machine once it was flushed.</remarks>
internal sealed partial class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);
    private readonly JournalFile _file;
    private readonly bool _flushAlways;
    private bool _isFlushed = true;

    private Journal(ILogVolume volume, bool flushAlways, ILogger logger)
    {
        _flushAlways = flushAlways;
        _file = new JournalFile(volume, logger);
        _file.Read(Apply);
    }

    /// <summary>One that is gone with the process.</summary>
    public static Journal InMemory() => Open(new MemoryVolume(), flushAlways: false, NullLogger.Instance);

    /// <summary>Opens what the volume holds, or an empty one.</summary>
    /// <param name="volume">For the journal alone.</param>
    /// <param name="flushAlways">Whether the storage itself has what was written when <see cref="Write"/> returns.</param>
    /// <param name="logger">Is told what a crash left incomplete.</param>
    /// <exception cref="StorageException">What is there is no journal, or is damaged, or cannot be read.</exception>
    public static Journal Open(ILogVolume volume, bool flushAlways, ILogger logger)
    {
        try
        {
            return new Journal(volume, flushAlways, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{volume.Name}: the journal cannot be opened: {e.Message}", e);
        }
    }

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
    /// <exception cref="StorageException">Nothing of it was stored.</exception>
    public void Write(params ReadOnlySpan<KeyValuePair<string, byte[]?>> changes)
    {
        if (changes.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            _file.Append(changes, _flushAlways);
            _isFlushed = _flushAlways;
            foreach (var change in changes)
            {
                Apply(change.Key, change.Value);
            }

            _file.RewriteIfWorthwhile(_entries);
        }
    }

    /// <summary>Returns when the storage itself has everything.</summary>
    /// <exception cref="StorageException">It has not.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            if (!_isFlushed)
            {
                _file.Flush();
                _isFlushed = true;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private void Apply(string key, byte[]? value)
    {
        if (_entries.Remove(key, out var before))
        {
            _file.Forget(key, before);
        }

        if (value is not null)
        {
            _entries.Add(key, value);
            _file.Remember(key, value);
        }
    }
}
