using System.IO.Pipelines;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Serving;

/// <summary>One client's stream of events, from its start to its end; whoever opened it disposes of it.</summary>
public sealed partial class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(25);

    // Bytes that are written and not sent: beyond that, the next record waits until the client has taken it.
    private const int MaxPending = 32 * 1024;

    // What nobody wants must not keep a thread from others.
    private const int RecordsInTurn = 256;

    private readonly RecordFeed _feed;
    private readonly EventFilter _filter;
    private readonly ServingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action _ended;

    internal EventStream(RecordFeed feed, EventFilter filter, ServingOptions options, TimeProvider time, ILogger log, Action ended) =>
        (_feed, _filter, _options, _time, _log, _ended) = (feed, filter, options, time, log, ended);

    /// <summary>Writes events as they come.</summary>
    /// <remarks>What a client does not take is not read either: nothing piles up but what <see cref="ServingOptions.ReadAheadKilobytes"/> allows.</remarks>
    /// <param name="output">Where to write; it is not completed.</param>
    /// <param name="cancellation">Ends the stream: the client has gone, or the host stops.</param>
    /// <returns>True where the stream ended in order, with a whole event; false where the client took nothing for too long, and is to be cut off.</returns>
    public async Task<bool> WriteToAsync(PipeWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            await WriteAsync(output, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // As it was asked.
        }
        catch (TimeoutException)
        {
            LogStalled(_log, _options.StallTime);
            return false;
        }
        catch (ConsumeException refused)
        {
            LogNotRead(_log, refused.Error.Reason);
        }

        return true;
    }

    /// <summary>Closes the connections to the brokers.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _feed.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _ended();
        }
    }

    private async Task WriteAsync(PipeWriter output, CancellationToken cancellation)
    {
        var (pending, records) = (0, 0);

        // The first sign of life says where the client is before any event: cut off early, it misses none.
        EventFormat.WriteHeartbeat(output, _feed.Positions);
        var isRead = await FlushAsync(output, cancellation).ConfigureAwait(false);
        var spoken = _time.GetTimestamp();
        while (isRead && !cancellation.IsCancellationRequested)
        {
            var record = _feed.TryRead();
            if (record is { IsPartitionEOF: false })
            {
                pending += Write(output, record);
                if (++records % RecordsInTurn == 0)
                {
                    await Task.Yield();
                }
            }

            if (pending == 0 && _time.GetElapsedTime(spoken) >= _options.Heartbeat)
            {
                EventFormat.WriteHeartbeat(output, _feed.Positions);
                pending++;
            }

            if (pending >= MaxPending || (pending > 0 && record is null))
            {
                isRead = await FlushAsync(output, cancellation).ConfigureAwait(false);
                (pending, spoken) = (0, _time.GetTimestamp());
            }
            else if (record is null)
            {
                await Task.Delay(Idle, _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private int Write(PipeWriter output, ConsumeResult<byte[], byte[]> record)
    {
        _feed.Positions.Pass(new StreamPosition(record.Topic, record.Partition.Value, record.Offset.Value), record.Message.Timestamp.UnixTimestampMs);
        if (record.Message.Value is not { } value || !_filter.Accepts(value))
        {
            return 0;
        }

        EventFormat.WriteEvent(output, _feed.Positions, value);
        return value.Length + _feed.Positions.MaxLength;
    }

    // False where nobody is there to read.
    private async ValueTask<bool> FlushAsync(PipeWriter output, CancellationToken cancellation)
    {
        var flush = output.FlushAsync(cancellation);
        var flushed = flush.IsCompletedSuccessfully
            ? flush.GetAwaiter().GetResult()
            : await flush.AsTask().WaitAsync(_options.StallTime, _time, cancellation).ConfigureAwait(false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }
}
