using System.Text.Json;
using Millrace.Core;

namespace Millrace.Benchmarks;

/// <summary>Decoding and validating an event beside a bare parse.</summary>
internal static class DecodeBenchmark
{
    private const int Events = 20_000;

    public static void Run()
    {
        var records = Sample.Edits(Events).Select((edit, n) => new EventRecord { Position = new StreamPosition("t", 0, n), Key = edit.Key, Value = edit.Value }).ToList();
        var schemas = Sample.Schemas();
        var parse = Median("JsonDocument.Parse", () => records.ForEach(record => JsonDocument.Parse(record.Value).Dispose()));
        var decode = Median("decode and validate", () => records.ForEach(record =>
        {
            if (!schemas.TryDecode(record, out var decoded, out var error))
            {
                throw new InvalidOperationException(error.Message);
            }

            decoded.Dispose();
        }));
        Measured.Print(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Decoding: edits of {records.Average(record => record.Value!.Length):F0} bytes, one thread"), parse, decode);
    }

    private static Measured Median(string name, Action work) =>
        Measured.Median([.. Enumerable.Range(0, 6).Select(_ => Measured.RunAsync(name, Events, () =>
        {
            work();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult()).Skip(1)]);
}
