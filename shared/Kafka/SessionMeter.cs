using System.Diagnostics.Metrics;

namespace Millrace.Kafka;

/// <summary>Counts the producers that own partitions, in the meter <c>Millrace.Kafka</c>.</summary>
/// <remarks>A host tells nobody of a rebalance. It shows here: who is given a partition opens it, and who had it is fenced, or closes it when it has been idle.</remarks>
internal static class SessionMeter
{
    private static readonly Meter Meter = new("Millrace.Kafka");

    private static readonly UpDownCounter<long> Open = Meter.CreateUpDownCounter<long>(
        "millrace.kafka.sessions", "{session}", "Partitions that this process has a fenced producer for.");

    private static readonly Counter<long> Openings = Meter.CreateCounter<long>(
        "millrace.kafka.session.openings", "{session}", "Partitions taken over: at a start, after a rebalance, after an error that a producer cannot survive.");

    private static readonly Counter<long> Fencings = Meter.CreateCounter<long>(
        "millrace.kafka.session.fencings", "{session}", "Partitions that another process took over while this one still had them.");

    public static void Opened(string stage)
    {
        Open.Add(1, Tag(stage));
        Openings.Add(1, Tag(stage));
    }

    public static void Closed(string stage, bool isFenced)
    {
        Open.Add(-1, Tag(stage));
        if (isFenced)
        {
            Fencings.Add(1, Tag(stage));
        }
    }

    private static KeyValuePair<string, object?> Tag(string stage) => new("millrace.stage", stage);
}
