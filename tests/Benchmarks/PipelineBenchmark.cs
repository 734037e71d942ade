using System.Text.Json;
using Millrace.Core;
using Millrace.Functions;
using Millrace.Testing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Millrace.Benchmarks;

/// <summary>All that a stage does with an event, without a broker, beside a bare parse: one thread.</summary>
internal static class PipelineBenchmark
{
    private const int Events = 20_000;

    public static async Task RunAsync()
    {
        var (stage, schemas) = (Sample.Catalog.Get("PageChange"), Sample.Schemas());
        var records = Sample.Edits(Events).Select((edit, n) => new EventRecord { Position = new StreamPosition(stage.Inputs[0].Topics[0], 0, n), Key = edit.Key, Value = edit.Value }).ToList();
        var unkeyed = stage with { Outputs = [stage.Outputs[0] with { Stream = stage.Outputs[0].Stream with { Key = null } }] };
        var author = new PageChange(new PageChangeSettings { NewPages = "mediawiki.page-create" });

        Measured.Print(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Pipeline: edits of {records.Average(record => record.Value!.Length):F0} bytes, one thread, no broker"),
            await MedianAsync("JsonDocument.Parse", () => records.ForEach(record => JsonDocument.Parse(record.Value).Dispose())),
            await MedianAsync("decode and validate", () => records.ForEach(record => Decode(schemas, record))),
            await PipelineAsync("pipeline, filters everything", stage, new StageFunc((_, _) => new(new Outcome.Filtered("all"))), schemas, records),
            await PipelineAsync("pipeline, emits its input, any schema", unkeyed, StageFunc.Echo, new AnySchema(), records),
            await PipelineAsync("pipeline, PageChange", stage, author, schemas, records));
        await MeasuredBesideUnmeasuredAsync(stage, author, schemas, records);
    }

    // In turns, so that what else the machine does falls on both alike.
    private static async Task MeasuredBesideUnmeasuredAsync(StageDefinition stage, IStage author, IEventSchemas schemas, List<EventRecord> records)
    {
        const int Turns = 15;
        var pipeline = new StagePipeline(stage, author, schemas, TimeProvider.System);
        var (without, with) = (new List<Measured>(), new List<Measured>());
        for (var turn = 0; turn < Turns; turn++)
        {
            without.Add(await Measured.RunAsync("nobody listens", Events, () => ProcessAsync(pipeline, records)));
            using var reader = new UnreadMetrics();
            using var metrics = Sdk.CreateMeterProviderBuilder().AddMeter("Millrace", "Millrace.*").AddReader(reader).Build();
            with.Add(await Measured.RunAsync("OpenTelemetry aggregates the metrics", Events, () => ProcessAsync(pipeline, records)));
        }

        Measured.Print("The same, measured", Least(without), Least(with));

        static Measured Least(List<Measured> runs) => runs.Skip(3).MinBy(run => run.Cpu)!;
    }

    private static async Task ProcessAsync(StagePipeline pipeline, List<EventRecord> records)
    {
        foreach (var record in records)
        {
            if ((await pipeline.ProcessAsync(record, CancellationToken.None)).Outcome is Outcome.Failed failed)
            {
                throw new InvalidOperationException(failed.Error.Message);
            }
        }
    }

    private static void Decode(Schemas.EventSchemas schemas, EventRecord record)
    {
        if (!schemas.TryDecode(record, out var decoded, out var error))
        {
            throw new InvalidOperationException(error.Message);
        }

        decoded.Dispose();
    }

    // No stage of these waits for anything: each call is over when it returns, on the one thread.
    private static Task<Measured> PipelineAsync(string name, StageDefinition stage, IStage author, IEventSchemas schemas, List<EventRecord> records)
    {
        var pipeline = new StagePipeline(stage, author, schemas, TimeProvider.System);
        return MedianAsync(name, () => ProcessAsync(pipeline, records));
    }

    private static Task<Measured> MedianAsync(string name, Action work) => MedianAsync(name, () =>
    {
        work();
        return Task.CompletedTask;
    });

    private static async Task<Measured> MedianAsync(string name, Func<Task> work)
    {
        var runs = new List<Measured>();
        for (var run = 0; run < 8; run++)
        {
            runs.Add(await Measured.RunAsync(name, Events, work));
        }

        // The first three warm up.
        return Measured.Median(runs.Skip(3));
    }

    private sealed class UnreadMetrics : MetricReader;
}
