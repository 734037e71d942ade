using System.Globalization;
using System.Runtime.CompilerServices;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Topics take events as large as stages may write, and stages those that topics take.</summary>
internal sealed class RecordSizeCheck : IDoctorCheck
{
    private const string Setting = "max.message.bytes";

    public string Name => "sizes";

    public string LooksAt => "topics take events as large as stages may write";

    public bool NeedsBroker => true;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var stage in subject.Catalog.Stages)
        {
            foreach (var (topic, option, bytes, becomes) in Written(stage))
            {
                if (await LimitAsync(subject, topic) is { } limit && limit < bytes)
                {
                    yield return DoctorFinding.Warning($"{stage.Name}, {topic}", $"The stage may write {bytes:N0} bytes (options.{option}), and the topic takes {limit:N0} ({Setting}): {becomes}.", $"kafka-configs --alter --entity-type topics --entity-name {topic} --add-config {Setting}={bytes}; or lower options.{option}.");
                }
            }

            foreach (var topic in stage.InputTopics)
            {
                if (await LimitAsync(subject, topic) is { } limit && limit > stage.Options.MaxEventBytes)
                {
                    yield return DoctorFinding.Note($"{stage.Name}, {topic}", $"The topic takes records of {limit:N0} bytes ({Setting}), and the stage {stage.Options.MaxEventBytes:N0} (options.maxEventBytes): larger ones go to its error stream.", "Raise options.maxEventBytes where there are such events.");
                }
            }
        }
    }

    private static IEnumerable<(string Topic, string Option, int Bytes, string Becomes)> Written(StageDefinition stage) =>
    [
        .. stage.Outputs.SelectMany(output => output.Stream.Topics).Select(topic => (topic, "maxOutputBytes", stage.Options.MaxOutputBytes, "larger events go to the error stream")),
        .. stage.ErrorStream.Topics.Select(topic => (topic, "maxErrorBytes", stage.Options.MaxErrorBytes, "of larger inputs error events hold a part only")),
    ];

    private static async Task<long?> LimitAsync(DoctorSubject subject, string topic) => subject.Cluster.Topic(topic) is not null
        && long.TryParse((await subject.Cluster.SettingsAsync(topic)).GetValueOrDefault(Setting), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
}
