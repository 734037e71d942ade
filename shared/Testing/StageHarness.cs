using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>Runs a stage over events in memory, through the whole pipeline: no broker, no host.</summary>
/// <remarks>For tests that make the stage and its events in code. Cases that are files are <see cref="StageFixtures"/>.</remarks>
/// <example><code>
/// var harness = new StageHarness(catalog.Get("PageSummary"), new PageSummary(api), schemas);
/// var outcome = await harness.RunAsync(json);
/// Assert.Equal("…", harness.Outputs.Single().GetProperty("summary").GetString());
/// </code></example>
public sealed class StageHarness
{
    private readonly StageRunner _runner;
    private long _offset;

    /// <summary>A harness for one stage.</summary>
    public StageHarness(StageDefinition stage, IStage author, IEventSchemas schemas, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        Stage = stage;
        _runner = new StageRunner(stage, new StagePipeline(stage, author, schemas, time), Sink, time, NullLogger<StageRunner>.Instance);
    }

    /// <summary>The stage's entry in the catalog.</summary>
    public StageDefinition Stage { get; }

    /// <summary>Where outcomes go.</summary>
    public InMemorySink Sink { get; } = new();

    /// <summary>The stage's account.</summary>
    public StageTally Tally => _runner.Tally;

    /// <summary>The emitted events so far, parsed, in order.</summary>
    public IReadOnlyList<JsonElement> Outputs => Parse(processed => processed.Outcome is Outcome.Emitted);

    /// <summary>The error events so far, parsed, in order.</summary>
    public IReadOnlyList<JsonElement> Errors => Parse(processed => processed.Outcome is Outcome.Failed);

    /// <summary>Runs one event, given as JSON, as the next of the stage's first input topic.</summary>
    public Task<ProcessedRecord> RunAsync(string json) => RunAsync(Encoding.UTF8.GetBytes(json));

    /// <summary>Runs one record's value as the next of the stage's first input topic; null is a tombstone.</summary>
    /// <param name="value">The value's bytes.</param>
    /// <param name="topic">Another of the stage's topics.</param>
    public async Task<ProcessedRecord> RunAsync(byte[]? value, string? topic = null)
    {
        var record = new EventRecord
        {
            Position = new StreamPosition(topic ?? Stage.InputTopics.First(), 0, _offset++),
            Value = value,
            Timestamp = DateTimeOffset.UnixEpoch,
        };
        await _runner.RunAsync([record], CancellationToken.None).ConfigureAwait(false);
        return Sink.SettledOf(record.Position.StreamPartition)[^1];
    }

    /// <summary>Runs a batch as a trigger would.</summary>
    public Task RunAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellation = default) => _runner.RunAsync(batch, cancellation);

    private List<JsonElement> Parse(Func<ProcessedRecord, bool> which) =>
        [.. Sink.Settled.Where(which).SelectMany(processed => processed.Outputs).Select(output => JsonElement.Parse(output.Value))];
}
