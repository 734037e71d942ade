using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Benchmarks;

/// <summary>What it costs to know that an event is valid, beside what it costs to parse it.</summary>
internal static class ValidationBenchmark
{
    private const int Rounds = 31;

    public static async Task RunAsync()
    {
        var samples = ValidationSample.All().ToList();
        var ajv = await AjvRun.NanosecondsAsync(samples);
        Console.WriteLine();
        Console.WriteLine($"Validation from UTF-8 bytes: one thread, medians of {Rounds} rounds with each contender in each; ratio to JsonDocument.Parse in the same round");
        Console.WriteLine(ajv.Problem is null ? "ajv 8 under Node runs in a process of its own" : $"ajv 8 under Node is skipped: {ajv.Problem}");
        foreach (var sample in samples)
        {
            await MeasureAsync(sample, ajv.Nanoseconds.TryGetValue(sample.Name, out var nanoseconds) ? nanoseconds : null);
        }

        MeasureCompiling();
    }

    private static async Task MeasureAsync(ValidationSample sample, double? ajv)
    {
        var (schemas, key) = (ValidationSample.Schemas(), KeyOf(sample));
        var record = new EventRecord { Position = new StreamPosition("topic", 0, 0), Value = sample.Event };
        var other = await NJsonSchema.JsonSchema.FromJsonAsync(sample.Schema);
        (string Name, int Weight, Action Work)[] contenders =
        [
            ("JsonDocument.Parse", 1, () => JsonDocument.Parse(sample.Event).Dispose()),
            ("validate", 1, () => Require(schemas.TryValidate(sample.SchemaUri, sample.Event, out var error), error)),
            ("decode + validate", 1, () => Decode(schemas, record)),
            ("decode + validate + key", 1, () => Decode(schemas, record, key)),
            ("NJsonSchema", 20, () => Require(other.Validate(Encoding.UTF8.GetString(sample.Event)).Count == 0, null)),
        ];

        var results = contenders.Select(_ => new List<(double Nanoseconds, double Bytes)>()).ToArray();
        var count = Math.Max(500, 12_000_000 / sample.Event.Length);
        for (var round = 0; round < Rounds + 2; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                // The first rounds warm up.
                var measured = Measure(contenders[i].Work, count / contenders[i].Weight);
                if (round >= 2)
                {
                    results[i].Add(measured);
                }
            }
        }

        Console.WriteLine();
        Console.WriteLine($"{sample.Name,-48} {"µs",9} {"ratio",8} {"B/event",10}");
        for (var i = 0; i < contenders.Length; i++)
        {
            // Within a round the machine is the same for all.
            var ratio = Median(results[i].Zip(results[0], (mine, parse) => mine.Nanoseconds / parse.Nanoseconds));
            Print(contenders[i].Name, Median(results[i].Select(round => round.Nanoseconds)), ratio, Median(results[i].Select(round => round.Bytes)));
        }

        if (ajv is { } theirs)
        {
            Print("JSON.parse + ajv (Node)", theirs, theirs / Median(results[0].Select(round => round.Nanoseconds)), null);
        }
    }

    private static void Print(string name, double nanoseconds, double ratio, double? bytes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {name,-46} {nanoseconds / 1_000,9:F2} {ratio,8:F2} {bytes,10:N0}"));

    private static (double Nanoseconds, double Bytes) Measure(Action work, int count)
    {
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        for (var i = 0; i < count; i++)
        {
            work();
        }

        watch.Stop();
        return (watch.Elapsed.TotalNanoseconds / count, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private static void MeasureCompiling()
    {
        if (ValidationSample.Elsewhere is not { } elsewhere)
        {
            Console.WriteLine("Compiling is skipped: there is no shared data.");
            return;
        }

        var root = Path.Combine(elsewhere, "schemas");
        var uris = Directory.GetFiles(root, "*.yaml", SearchOption.AllDirectories).Select(file => "/" + Path.GetRelativePath(root, file)[..^".yaml".Length]).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var schemas = ValidationSample.Schemas();
        uris.ForEach(schemas.Require);
        watch.Stop();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(schemas);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Compiling {uris.Count} schemas from files: {watch.Elapsed.TotalMilliseconds:F0} ms, {held / 1024.0 / 1024.0:F1} MiB held"));
    }

    private static MessageKey KeyOf(ValidationSample sample) => sample.SchemaUri.StartsWith("/mediawiki/page/", StringComparison.Ordinal)
        ? new MessageKey([new("wiki_id", "wiki_id"), new("page_id", "page.page_id")])
        : new MessageKey([new("database", "database"), new("page_id", "page_id")]);

    private static void Decode(EventSchemas schemas, EventRecord record)
    {
        Require(schemas.TryDecode(record, out var decoded, out var error), error);
        decoded!.Dispose();
    }

    private static void Decode(EventSchemas schemas, EventRecord record, MessageKey key)
    {
        Require(schemas.TryDecode(record, key, out var decoded, out _, out var error), error);
        decoded!.Dispose();
    }

    private static void Require(bool valid, StageError? error)
    {
        if (!valid)
        {
            throw new InvalidOperationException(error?.Message ?? "The sample is not valid.");
        }
    }
}
