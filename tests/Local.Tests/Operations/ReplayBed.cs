using System.Text;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Testing;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary>A cluster with what replays need, and error events as a test wants them.</summary>
public abstract class ReplayBed : IDisposable
{
    private protected const string Topic = "PageChange.replay";
    private protected const string Marks = "PageChange.error.resolved";

    private protected ReplayBed()
    {
        Cluster.Broker.CreateTopic(Topic, 2);
        Cluster.Broker.CreateTopic(Marks, 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact" });
    }

    private protected ObservedCluster Cluster { get; } = new();

    public void Dispose()
    {
        Cluster.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Replay Replay() => new(Cluster.Platform, new AnySchema(), TimeProvider.System);

    private protected async Task<ReplayPlan> RunAsync(ReplaySelection selection) => (await Replay().RunAsync(selection, null, CancellationToken.None)).Plan;

    private protected async Task<(StreamPosition Position, string Value)> FailAsync(StreamPosition input, string? raw, string message = "No.", string? key = null, params RecordHeader[] headers)
    {
        var value = Error(input, message: message, raw: raw ?? "(none)");
        value = raw is null ? value.Replace(",\"raw_event\":\"(none)\"", "", StringComparison.Ordinal) : value;
        var record = new Message<byte[]?, byte[]?> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value), Headers = [] };
        foreach (var header in headers)
        {
            record.Headers.Add(header.Name, header.Value);
        }

        return (await Cluster.AppendAsync(Errors, 0, record), value);
    }

    private protected async Task MarkAsync((StreamPosition Position, string Value) error, ErrorState state, string? newId = null)
    {
        var mark = new ErrorMark { ErrorId = Guid.Parse(Id(error)), Position = error.Position, State = state, Request = Guid.NewGuid(), Time = Noon, NewId = newId }.ToRecord(Marks);
        await Cluster.AppendAsync(Marks, 0, new Message<byte[]?, byte[]?> { Key = mark.Key, Value = mark.Value });
    }

    private protected static string Id((StreamPosition Position, string Value) error) => System.Text.Json.JsonElement.Parse(error.Value).Child("meta").Child("id").Text()!;

    private protected async Task<List<(EventRecord Record, ReplayStamp Stamp)>> ReplaysAsync()
    {
        var (scan, found) = (new TopicScan(Cluster.Kafka), new List<(EventRecord, ReplayStamp)>());
        await foreach (var record in scan.ReadAsync(await scan.PlanAsync([Topic]), CancellationToken.None))
        {
            if (ReplayStamp.Read(record) is { } stamp)
            {
                found.Add((record, stamp));
            }
        }

        return found;
    }
}
