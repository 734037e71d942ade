using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>A connector on a store, fed with records and with replays of them, as a host would.</summary>
internal sealed class ReplayBed(StageDefinition stage, IStore store)
{
    private long _errors;
    private long _replays;

    /// <summary>Where error events and marks go.</summary>
    public InMemorySink Streams { get; } = new();

    /// <summary>The replays so far, to be given again.</summary>
    public List<EventRecord> Replays { get; } = [];

    /// <summary>Gives the stage a batch.</summary>
    public Task RunAsync(params IReadOnlyList<EventRecord> batch) => RunAsync(store, batch);

    /// <summary>Gives the stage a batch, as another process with a store of its own.</summary>
    public Task RunAsync(IStore other, params IReadOnlyList<EventRecord> batch)
    {
        var sink = new ConnectorSink([other], Streams);
        var pipeline = new StagePipeline(stage, new Brings(), new AnySchema(), TimeProvider.System);
        return new StageRunner(stage, pipeline, sink, TimeProvider.System, NullLogger<StageRunner>.Instance).RunAsync(batch, CancellationToken.None);
    }

    /// <summary>Gives the stage a replay of what first stood at a position.</summary>
    public Task ReplayAsync(StreamPosition origin, string json)
    {
        var stamp = new ReplayStamp { Origin = origin, ErrorId = Guid.NewGuid(), Error = new StreamPosition(stage.ErrorStream.Name, 0, _errors++), Request = Guid.NewGuid() };
        var replay = new EventRecord { Position = new StreamPosition(stage.ReplayTopic, origin.Partition, _replays++), Value = Encoding.UTF8.GetBytes(json), Headers = [stamp.Header()] };
        Replays.Add(replay);
        return RunAsync(replay);
    }

    /// <summary>The states that the marks say, in the order in which they were settled.</summary>
    public IEnumerable<ErrorState> States => Streams.Settled.SelectMany(settled => settled.Outputs).Where(output => output.Topic == stage.ResolvedTopic)
        .Select(output => ErrorMark.Read(new EventRecord { Position = default, Key = output.Key, Value = output.Value })!.State);

    public static EventRecord Record(StreamPosition position, string json) => new() { Position = position, Value = Encoding.UTF8.GetBytes(json) };

    private sealed class Brings : Connector;
}
