using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Millrace.Core;

/// <summary>The records of one partition on their way through the pipeline: many at a time, out again in offset order.</summary>
/// <remarks>
/// One loop owns all state; what runs beside it only reports its end through a channel. A record is <i>admitted</i>
/// into the window in offset order, <i>started</i> when a place is free and no earlier record of its key is unfinished,
/// and <i>released</i> to be settled when all before it were released. The window bounds what waits for a slow record,
/// in records and in bytes; outcomes that a session holds until they are settled are settled early where they are many bytes.
/// When the host stops, no record is started any more, and those that run have some time to end.
/// </remarks>
internal sealed class PartitionRun : IDisposable
{
    private readonly StagePipeline _pipeline;
    private readonly Settlement _settlement;
    private readonly StageOptions _options;
    private readonly long _maxBytes;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _draining;

    private readonly Queue<Slot> _window = new();
    private readonly Queue<Slot> _startable = new();
    private readonly Dictionary<byte[], Slot> _lastOfKey = new(KeyComparer.Instance);
    private readonly Channel<Slot> _finished = Channel.CreateUnbounded<Slot>(new UnboundedChannelOptions { SingleReader = true });
    private int _running;
    private long _bytes;

    /// <param name="pipeline">What each record passes.</param>
    /// <param name="options">The stage's options.</param>
    /// <param name="settlement">Takes the outcomes.</param>
    /// <param name="maxBytes">How many bytes may be in flight.</param>
    /// <param name="draining">From when on no record is started.</param>
    /// <param name="stop">From when on those that run are cancelled.</param>
    public PartitionRun(StagePipeline pipeline, StageOptions options, Settlement settlement, long maxBytes, CancellationToken draining, CancellationToken stop)
    {
        (_pipeline, _options, _settlement, _maxBytes, _draining) = (pipeline, options, settlement, maxBytes, draining);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    private int MaxWindow => _options.Concurrency * _options.ReorderFactor;

    /// <summary>Processes the records and appends every outcome, to be settled. Nothing still runs when it returns or throws.</summary>
    /// <exception cref="OperationCanceledException">The host stops, and some records have no outcome.</exception>
    public async Task RunAsync(IReadOnlyList<EventRecord> records)
    {
        var next = 0;
        try
        {
            while (next < records.Count || _window.Count > 0)
            {
                while (_finished.Reader.TryRead(out var slot))
                {
                    Finish(slot);
                }

                await ReleaseAsync().ConfigureAwait(false);
                _stop.Token.ThrowIfCancellationRequested();
                if (_running == 0 && (next < records.Count || _window.Count > 0))
                {
                    _draining.ThrowIfCancellationRequested();
                }

                while (!_draining.IsCancellationRequested && _running < _options.Concurrency && _startable.TryDequeue(out var slot))
                {
                    Start(slot);
                }

                var admitted = next;
                while (next < records.Count && HasRoom && !_draining.IsCancellationRequested)
                {
                    Admit(records[next++]);
                }

                if (admitted == next && _running > 0 && !(_window.TryPeek(out var head) && head.IsReleasable))
                {
                    await _finished.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            while (_running > 0)
            {
                Finish(await _finished.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false));
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    // An empty window always has room: one record may be larger than all the room there is.
    private bool HasRoom =>
        _window.Count == 0 || (_running < _options.Concurrency && _window.Count < MaxWindow && _bytes < _maxBytes);

    private void Admit(EventRecord record)
    {
        var slot = new Slot(record);
        _window.Enqueue(slot);
        _bytes += slot.Bytes;
        if (_options.Ordered && record.Key is { } key)
        {
            if (_lastOfKey.TryGetValue(key, out var earlier))
            {
                earlier.Successor = slot;
                _lastOfKey[key] = slot;
                return;
            }

            _lastOfKey.Add(key, slot);
        }

        Start(slot);
    }

    private void Start(Slot slot)
    {
        _running++;
        var processing = _pipeline.ProcessAsync(slot.Record, _stop.Token);
        if (processing.IsCompletedSuccessfully)
        {
            slot.Processed = processing.GetAwaiter().GetResult();
            Finish(slot);
        }
        else
        {
            _ = ReportAsync(slot, processing);
        }
    }

    private async Task ReportAsync(Slot slot, ValueTask<ProcessedRecord> processing)
    {
        try
        {
            slot.Processed = await processing.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            slot.Failure = failure;
        }

        _finished.Writer.TryWrite(slot);
    }

    private void Finish(Slot slot)
    {
        _running--;
        slot.IsReleasable = true;
        var grown = slot.Processed?.OutputBytes ?? 0;
        slot.Bytes += grown;
        _bytes += grown;
        if (slot.Successor is { } successor)
        {
            _startable.Enqueue(successor);
        }
        else if (_options.Ordered && slot.Record.Key is { } key)
        {
            _lastOfKey.Remove(key);
        }
    }

    private async ValueTask ReleaseAsync()
    {
        if (!_options.Ordered)
        {
            await ReleaseAnyAsync().ConfigureAwait(false);
            return;
        }

        while (_window.TryPeek(out var head) && head.IsReleasable)
        {
            await ReleaseAsync(_window.Dequeue()).ConfigureAwait(false);
        }
    }

    private async ValueTask ReleaseAnyAsync()
    {
        for (var i = _window.Count; i > 0; i--)
        {
            var slot = _window.Dequeue();
            if (slot.IsReleasable)
            {
                await ReleaseAsync(slot).ConfigureAwait(false);
            }
            else
            {
                _window.Enqueue(slot);
            }
        }
    }

    private async ValueTask ReleaseAsync(Slot slot)
    {
        if (slot.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        await _settlement.AppendAsync(slot.Processed!, _stop.Token).ConfigureAwait(false);
        _bytes -= slot.Bytes;

        // Without order, what was released is no beginning of the batch that a checkpoint could stand behind.
        if (_options.Ordered && _settlement.HeldBytes > _maxBytes / 2)
        {
            await _settlement.SettleAsync(_stop.Token).ConfigureAwait(false);
        }
    }

    private sealed class Slot(EventRecord record)
    {
        public EventRecord Record { get; } = record;

        public long Bytes { get; set; } = record.Size;

        /// <summary>The next record of the same key; it starts when this one has finished.</summary>
        public Slot? Successor { get; set; }

        public bool IsReleasable { get; set; }

        public ProcessedRecord? Processed { get; set; }

        public Exception? Failure { get; set; }
    }
}
