using System.Text.Json;
using Millrace.Core;
using Millrace.Functions;
using Millrace.Testing;

namespace Millrace.Benchmarks;

/// <summary>All that a stage does with an event, without a broker, beside a bare parse: one thread.</summary>
internal static class PipelineBenchmark
{
    private const int Events = 20_000;

    public static void Run()
    {
        var (stage, schemas) = (Sample.Catalog.Get("PageChange"), Sample.Schemas());
        var records = Sample.Edits(Events).Select((edit, n) => new EventRecord { Position = new StreamPosition(stage.Inputs[0].Topics[0], 0, n), Key = edit.Key, Value = edit.Value }).ToList();
        var unkeyed = stage with { Outputs = [stage.Outputs[0] with { Stream = stage.Outputs[0].Stream with { Key = null } }] };
        var author = new PageChange(new PageChangeSettings { NewPages = "mediawiki.page-create" });

        Measured.Print(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Pipeline: edits of {records.Average(record => record.Value!.Length):F0} bytes, one thread, no broker"),
            Median("JsonDocument.Parse", () => records.ForEach(record => JsonDocument.Parse(record.Value).Dispose())),
            Median("decode and validate", () => records.ForEach(record => Decode(schemas, record))),
            Pipeline("pipeline, filters everything", stage, new StageFunc((_, _) => new(new Outcome.Filtered("all"))), schemas, records),
            Pipeline("pipeline, emits its input, any schema", unkeyed, StageFunc.Echo, new AnySchema(), records),
            Pipeline("pipeline, PageChange", stage, author, schemas, records));
    }

    private static void Decode(Schemas.EventSchemas schemas, EventRecord record)
    {
        if (!schemas.TryDecode(record, out var decoded, out var error))
        {
            throw new InvalidOperationException(error.Message);
        }

        decoded.Dispose();
    }

    private static Measured Pipeline(string name, StageDefinition stage, IStage author, IEventSchemas schemas, List<EventRecord> records)
    {
        var pipeline = new StagePipeline(stage, author, schemas, TimeProvider.System);
        return Median(name, () => records.ForEach(record =>
        {
            var processing = pipeline.ProcessAsync(record, CancellationToken.None);
            if (!processing.IsCompletedSuccessfully || processing.GetAwaiter().GetResult().Outcome is Outcome.Failed)
            {
                throw new InvalidOperationException($"{name} failed.");
            }
        }));
    }

    private static Measured Median(string name, Action work) =>
        Measured.Median([.. Enumerable.Range(0, 8).Select(_ => Measured.RunAsync(name, Events, () =>
        {
            work();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult()).Skip(3)]);
}
