using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Keeps in one datacenter's cluster how far stages have come in another, for the day when that cannot be asked.</summary>
internal sealed class ProgressMirror : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _copying;

    private ProgressMirror(DatacenterDefinition from, DatacenterDefinition to, Func<DatacenterDefinition, KafkaOptions> kafka, StageCatalog catalog) =>
        _copying = Task.Run(() => CopyAsync(from, to, kafka, [.. catalog.Stages.Where(stage => stage.Datacenters.Mode == DatacenterMode.ActivePassive)]));

    /// <summary>Starts to copy the times of all stages that one datacenter runs and another has ready.</summary>
    public static ProgressMirror Start(DatacenterDefinition from, DatacenterDefinition to, Func<DatacenterDefinition, KafkaOptions> kafka, StageCatalog catalog) => new(from, to, kafka, catalog);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _copying;
        _stop.Dispose();
    }

    private async Task CopyAsync(DatacenterDefinition from, DatacenterDefinition to, Func<DatacenterDefinition, KafkaOptions> kafka, List<StageDefinition> stages)
    {
        using var source = new ClusterOffsets(from, kafka(from));
        using var target = new ClusterOffsets(to, kafka(to));
        var known = new Dictionary<(string Group, TopicPartition Partition), long>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                foreach (var stage in stages)
                {
                    Copy(stage, from.Name, source, target, known);
                }
            }
            catch (FailoverException)
            {
                // One of them is away: what is known there stays as it is until both are back.
            }

            await Task.Delay(Interval, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Copy(StageDefinition stage, string from, ClusterOffsets source, ClusterOffsets target, Dictionary<(string, TopicPartition), long> known)
    {
        var group = Progress.TimesGroup(stage, from);
        var times = Progress.Times(source, stage, source.Partitions(stage.TopicsToRead(from)));
        var news = times.Where(time => known.GetValueOrDefault((group, time.Key)) != time.Value).ToList();
        if (news.Count > 0)
        {
            target.Commit(group, [.. news.Select(time => new TopicPartitionOffset(time.Key, time.Value))]);
            news.ForEach(time => known[(group, time.Key)] = time.Value);
        }
    }
}
