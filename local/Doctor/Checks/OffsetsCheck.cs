using System.Globalization;
using System.Runtime.CompilerServices;
using Millrace.Connectors;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Stages that rest find their place again: the brokers remember it for as long as topics keep what was read.</summary>
/// <remarks>The checkpoint's group never has members, and the trigger's has none while a stage has no replica, so that the age of both counts (KIP-211).</remarks>
internal sealed class OffsetsCheck : IDoctorCheck
{
    private const string Setting = "offsets.retention.minutes";

    public string Name => "offsets";

    public string LooksAt => "the brokers remember the place of a stage that rests for as long as its topics keep their events";

    public bool NeedsBroker => true;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!int.TryParse((await subject.Cluster.BrokerSettingsAsync()).GetValueOrDefault(Setting), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
        {
            yield return DoctorFinding.Note(subject.Kafka.BootstrapServers!, $"The brokers do not tell {Setting}: for how long they remember the place of a stage that rests.", "Where it is shorter than the topics' retention, do not let a stage rest for so long.");
            yield break;
        }

        var remembered = TimeSpan.FromMinutes(minutes);
        foreach (var stage in subject.Catalog.Stages)
        {
            foreach (var topic in PlacesInKafka(stage).Where(topic => subject.Cluster.Topic(topic) is not null))
            {
                var kept = TopicRetention.Of(await subject.Cluster.SettingsAsync(topic));
                if ((kept ?? TimeSpan.MaxValue) > remembered && remembered < TimeSpan.FromMinutes(int.MaxValue))
                {
                    yield return DoctorFinding.Warning($"{stage.Name}, {topic}", $"The brokers forget the stage's place when it has rested for {TopicRetention.Words(remembered)} ({Setting}), and the topic keeps events {(kept is { } time ? $"for {TopicRetention.Words(time)}" : "for ever")}: a stage that is paused for longer, or has no replica while nothing comes, begins with the oldest.", $"Raise {Setting} of the brokers; or let the stage have a replica (\"scale\": {{ \"minReplicas\": 1 }}), and rewind it when it was paused: millrace rewind --stage {stage.Name}.");
                }
            }
        }
    }

    // How far replays are is in Kafka, whatever store there is.
    private static IEnumerable<string> PlacesInKafka(StageDefinition stage) =>
        (stage.Connector is not null && StoreKind.Of(stage).KeepsCheckpoints ? [] : stage.InputTopics.Distinct()).Append(stage.ReplayTopic);
}
