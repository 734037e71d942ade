using System.Globalization;
using System.Runtime.CompilerServices;

namespace Millrace.Local;

/// <summary>No record is from the future: the clocks of brokers, of producers and of this machine agree.</summary>
/// <remarks>By the newest record of each partition. It shows a clock of ours that is behind, or one of theirs that is ahead; nothing is written to find out.</remarks>
internal sealed class ClockCheck : IDoctorCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public string Name => "clocks";

    public string LooksAt => "no record is from the future: clocks agree";

    public bool NeedsBroker => true;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (topic, _) in subject.Topics.Where(topic => subject.Cluster.Topic(topic.Topic) is not null))
        {
            var newest = subject.Cluster.PartitionsOf(topic).Select(subject.Cluster.TimeOfLast).Max();
            if (newest - subject.Time.GetUtcNow() is { } ahead && ahead > Tolerance)
            {
                var settings = await subject.Cluster.SettingsAsync(topic);
                var whose = settings.GetValueOrDefault("message.timestamp.type") == "LogAppendTime" ? "the broker" : "whoever wrote it";
                yield return DoctorFinding.Warning(topic, $"Its newest record is {ahead.TotalSeconds.ToString("N0", CultureInfo.InvariantCulture)} s in the future, by the clock of {whose}.", "Let both machines keep their clocks by NTP: retention, retries while an event is young, and fail-over by time go by them.");
            }
        }
    }
}
