using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Server;

/// <summary>Reads for consumers, and waits for records where there are too few.</summary>
internal sealed class FetchApi(TopicTable topics, TimeProvider time)
{
    /// <summary>The most that one answer carries, whatever was asked for, but for a single batch that is larger.</summary>
    public const int MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>The longest wait, whatever was asked for: the longest that clients offer.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    private const sbyte ReadCommitted = 1;

    public IEnumerable<Api> Apis => [Api.Of<FetchRequest>(AnswerAsync)];

    private async ValueTask<IWireStruct> AnswerAsync(FetchRequest request, RequestContext context)
    {
        var (first, enough) = Read(request);
        if (enough || request.MaxWaitMs <= 0)
        {
            return first;
        }

        first.Dispose();

        // Records may have come between the first read and the subscription, so it is read once more before it waits.
        var wait = TimeSpan.FromMilliseconds(request.MaxWaitMs);
        using var waiting = new FetchWait(time, wait < MaxWait ? wait : MaxWait, context.Aborted);
        foreach (var log in request.Topics.SelectMany(topic => topic.Partitions.Select(partition => topics.Log(topic.Name, partition.Index))).OfType<PartitionLog>().Distinct())
        {
            waiting.Watch(log);
        }

        while (true)
        {
            var (answer, isEnough) = Read(request);
            if (isEnough || waiting.IsOver)
            {
                return answer;
            }

            answer.Dispose();
            await waiting.NextAsync();
        }
    }

    private (FetchResponse Answer, bool IsEnough) Read(FetchRequest request)
    {
        var room = Math.Clamp(request.MaxBytes, 0, MaxAnswerBytes);
        var bytes = 0;
        var isEnough = request.Topics.Count == 0;
        var answer = new FetchResponse
        {
            Topics = request.Topics.Answer((topic, partition) =>
            {
                var fetched = Read(topic, partition, bytes == 0 || bytes < room ? Math.Max(room - bytes, 0) : -1, request.IsolationLevel == ReadCommitted);
                bytes += fetched.Records?.Length ?? 0;
                isEnough |= fetched.Error != KafkaError.None;
                return fetched;
            }),
        };
        return (answer, isEnough || bytes >= Math.Min(request.MinBytes, room));
    }

    // A negative room is none left for records, not even for the one batch that is given in any case.
    private PartitionFetched Read(string topic, FetchPartition partition, int room, bool committedOnly)
    {
        if (topics.Log(topic, partition.Index) is not { } log)
        {
            return new PartitionFetched { Index = partition.Index, Error = KafkaError.UnknownTopicOrPartition };
        }

        if (partition.CurrentLeaderEpoch > 0)
        {
            return new PartitionFetched { Index = partition.Index, Error = KafkaError.UnknownLeaderEpoch };
        }

        if (room < 0)
        {
            return new PartitionFetched { Index = partition.Index, HighWatermark = log.EndOffset, LastStableOffset = log.LastStableOffset, LogStartOffset = log.StartOffset };
        }

        var read = log.Read(partition.Offset, Math.Min(partition.MaxBytes, room), committedOnly);
        return new PartitionFetched
        {
            Index = partition.Index,
            Error = read.Error,
            HighWatermark = read.EndOffset,
            LastStableOffset = read.LastStableOffset,
            LogStartOffset = read.StartOffset,
            Aborted = read.AbortedTransactions is null ? null : [.. read.AbortedTransactions.Select(one => new AbortedProducer { ProducerId = one.ProducerId, FirstOffset = one.FirstOffset })],
            Records = read.Records ?? new RecordBytes(default),
        };
    }
}
