using System.Diagnostics;

namespace Millrace.Core;

/// <summary>Makes the outcomes of one partition's records durable, and counts them when they are.</summary>
/// <remarks>Used by one caller at a time.</remarks>
internal sealed class Settlement(StagePipeline pipeline, StageOptions options, IPartitionSession session, SinkRetry retry, PartitionTally account, TimeProvider time)
{
    private const int SmallestErrorEvent = 4 * 1024;

    private readonly SettleSpan _span = new(pipeline.Stage.Name, account.Partition);
    private OutcomeCounts _counts = new();
    private int _appended;
    private long _next;

    /// <summary>How many records are settled.</summary>
    public int Settled { get; private set; }

    /// <inheritdoc cref="IPartitionSession.HeldBytes"/>
    public long HeldBytes => session.HeldBytes;

    public async ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
    {
        await session.AppendAsync(processed, cancellation).ConfigureAwait(false);
        _counts.Add(processed);
        _span.Add(processed.Span);
        _appended++;
        _next = Math.Max(_next, processed.Input.Position.Offset + 1);
    }

    /// <summary>Settles what was appended. What the sink refuses becomes an error event; an error event that is refused, a smaller one.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellation)
    {
        using var span = _span.Start(_appended);
        try
        {
            await WriteAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
    }

    private async ValueTask WriteAsync(CancellationToken cancellation)
    {
        var maxErrorBytes = options.MaxErrorBytes;
        var started = time.GetTimestamp();
        while (await retry.CallAsync(session.SettleAsync, cancellation).ConfigureAwait(false) is { Count: > 0 } refused)
        {
            if (maxErrorBytes < SmallestErrorEvent)
            {
                throw new SinkException($"The sink refuses even an error event of {maxErrorBytes:N0} bytes: {refused[0].Reason}");
            }

            foreach (var record in refused)
            {
                var failed = pipeline.Refuse(record, maxErrorBytes);
                _counts.Replace(record.Processed, failed);
                await session.AppendAsync(failed, cancellation).ConfigureAwait(false);
            }

            maxErrorBytes /= 4;
        }

        pipeline.Tally.Settle(_counts);
        account.Settle(_counts, _appended, _next);
        if (_appended > 0)
        {
            StageMeter.Settled(account, time.GetElapsedTime(started));
        }

        Settled += _appended;
        (_counts, _appended) = (new OutcomeCounts(), 0);
    }
}
