using Microsoft.Extensions.Logging;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Storage;

/// <summary>The records of one partition.</summary>
/// <remarks>
/// Thread-safe. What <see cref="Append"/> and <see cref="End"/> return for survives the end of the process, and the
/// end of the machine as far as <see cref="LogSettings.FlushEvery"/> says. Only the fence of an <see cref="End"/>
/// without an open transaction is not written, and may be forgotten with a process that is not closed.
/// </remarks>
internal sealed partial class PartitionLog : ITransactionParticipant, IDisposable
{
    private readonly Lock _gate = new();
    private readonly AppendSignal _signal = new();
    private readonly ILogVolume _volume;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<Segment> _segments;
    private readonly ProducerStates _producers;
    private long _startOffset;
    private long _flushedUpTo;
    private long _flushedAt;
    private bool _tailIsTorn;
    private bool _isChanged;
    private bool _isClosed;
    private volatile LogSettings _settings;

    private PartitionLog(ILogVolume volume, LogSettings settings, TimeProvider time, ILogger logger, LogRecovery recovered)
    {
        _volume = volume;
        _settings = settings;
        _time = time;
        _logger = logger;
        _segments = recovered.Segments;
        _producers = recovered.Producers;
        _startOffset = recovered.StartOffset;
        _flushedUpTo = EndOffset;
        _flushedAt = Now;
    }

    /// <summary>The partition's first offset.</summary>
    public long StartOffset
    {
        get
        {
            lock (_gate)
            {
                return _startOffset;
            }
        }
    }

    /// <summary>The offset that the next record gets.</summary>
    public long EndOffset
    {
        get
        {
            lock (_gate)
            {
                return Active.EndOffset;
            }
        }
    }

    /// <summary>The first offset of the open transactions, or <see cref="EndOffset"/>: what is below is decided.</summary>
    public long LastStableOffset
    {
        get
        {
            lock (_gate)
            {
                return StableOffset;
            }
        }
    }

    /// <summary>How the partition is kept, from the next append and the next <see cref="Maintain"/> on.</summary>
    public LogSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>Of all batches that are stored.</summary>
    public long SizeInBytes
    {
        get
        {
            lock (_gate)
            {
                return _segments.Sum(segment => segment.Length);
            }
        }
    }

    private Segment Active => _segments[^1];

    private long StableOffset => Math.Max(_startOffset, _producers.FirstOpen ?? Active.EndOffset);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Opens what the volume holds, or an empty log, of which there is nothing on the volume before the first record.</summary>
    /// <exception cref="StorageException">What is there is damaged, or cannot be read.</exception>
    public static PartitionLog Open(ILogVolume volume, LogSettings settings, TimeProvider time, ILogger logger)
    {
        var recovery = new LogRecovery(volume, time.GetUtcNow().ToUnixTimeMilliseconds(), logger);
        try
        {
            recovery.Run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{volume.Name}: the partition cannot be opened: {e.Message}", e);
        }

        return new PartitionLog(volume, settings, time, logger, recovery);
    }

    /// <summary>Whether that producer has a transaction open here, with that epoch.</summary>
    public bool HasOpenTransaction(long producerId, short epoch)
    {
        lock (_gate)
        {
            return _producers.Find(producerId) is { OpenSince: >= 0 } state && state.Epoch == epoch;
        }
    }

    /// <summary>Calls back after <see cref="EndOffset"/> or <see cref="LastStableOffset"/> moved, on the thread that moved them and outside of locks, until the result is disposed.</summary>
    public IDisposable OnAppend(Action callback) => _signal.Subscribe(callback);

    /// <summary>Returns when the storage itself has all records.</summary>
    /// <exception cref="StorageException">It has not.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            try
            {
                FlushUnlocked();
            }
            catch (IOException e)
            {
                throw new StorageException($"{_volume.Name}: records could not be forced to the storage: {e.Message}", e);
            }
        }
    }

    /// <summary>Deletes everything of the partition; what is asked for afterwards is refused.</summary>
    public void Delete()
    {
        lock (_maintenance)
        {
            lock (_gate)
            {
                _isClosed = true;
                DisposeFiles();
                _volume.DeleteAll();
            }
        }

        _signal.Raise();
    }

    /// <summary>Closes the files, and leaves what makes opening them again quick.</summary>
    public void Dispose()
    {
        lock (_maintenance)
        {
            lock (_gate)
            {
                if (_isClosed)
                {
                    return;
                }

                _isClosed = true;
                try
                {
                    if (_settings.FlushEvery is not null)
                    {
                        FlushUnlocked();
                    }

                    if (_isChanged && Active.Length > 0)
                    {
                        WriteSidecar(Active);
                    }
                }
                catch (IOException e)
                {
                    // The next start reads the segment instead.
                    LogCloseFailed(_logger, _volume.Name, e);
                }

                DisposeFiles();
            }
        }

        _signal.Raise();
    }

    private void FlushUnlocked()
    {
        if (_flushedUpTo < Active.EndOffset)
        {
            Active.File.Flush();
            _flushedUpTo = Active.EndOffset;
        }

        _flushedAt = Now;
    }

    private Sidecar WriteSidecar(Segment segment) => Sidecar.Write(_volume, segment.SidecarName, segment.Summary, segment.Index, _producers.ToBytes());

    private void DisposeFiles()
    {
        foreach (var segment in _segments)
        {
            segment.File.Dispose();
            (segment.Index as Sidecar)?.Dispose();
        }
    }
}
