using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>Counts the error events of stages, beside the looks: when there may be others than were counted, and not for longer than a tenth of the time.</summary>
internal sealed partial class ErrorTally(Platform platform, TimeProvider time, ILogger logger)
{
    private const int Rest = 9;
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(5);

    private long _countedEnds = -1;
    private long _restsUntil;
    private Task _counting = Task.CompletedTask;

    /// <summary>What was counted last, by stage; empty before that.</summary>
    public IReadOnlyDictionary<string, ErrorCount> Counts { get; private set; } = new Dictionary<string, ErrorCount>();

    /// <summary>Begins to count if it is time to; called by one at a time.</summary>
    /// <param name="ends">The ends of all partitions that a count depends on, added up.</param>
    /// <param name="stopping">Gives up.</param>
    public void Refresh(long ends, CancellationToken stopping)
    {
        if (ends != _countedEnds && _counting.IsCompleted && time.GetTimestamp() >= _restsUntil)
        {
            _counting = Task.Run(() => CountAsync(ends, stopping), CancellationToken.None);
        }
    }

    private async Task CountAsync(long ends, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        try
        {
            Counts = await new ErrorReader(platform).CountAsync(platform.Catalog.Stages, stopping);
            _countedEnds = ends;
        }
        catch (Exception cause) when (cause is KafkaException or OperationCanceledException or FailoverException)
        {
            NotCounted(logger, cause.Message);
        }

        var rest = time.GetElapsedTime(started) * Rest;
        _restsUntil = time.GetTimestamp() + (long)((rest > LeastRest ? rest : LeastRest).TotalSeconds * time.TimestampFrequency);
    }

    [LoggerMessage(1, LogLevel.Debug, "Error events could not be counted: {Reason}")]
    private static partial void NotCounted(ILogger logger, string reason);
}
