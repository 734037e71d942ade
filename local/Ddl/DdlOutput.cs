using System.Text.Json;
using System.Text.Json.Serialization;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>Prints tables: statements on standard output, refusals and the summary on standard error; or all of it as JSON.</summary>
internal static class DdlOutput
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints the results of a run.</summary>
    public static async Task WriteAsync(IReadOnlyList<DdlResult> results, DdlOptions options, TextWriter output, TextWriter errors)
    {
        if (options.Json)
        {
            var tables = results.Select(result => new TableReport(options.Stream, result.Schema, options.Dialect.Name, result.Table, result.Script?.Statements, result.Script?.Notes, result.Script is null ? result.Refusals : null));
            await output.WriteLineAsync(options.Stream is null ? JsonSerializer.Serialize(tables, Readable) : JsonSerializer.Serialize(tables.Single(), Readable));
            return;
        }

        foreach (var result in results)
        {
            if (result.Script is { } script)
            {
                await output.WriteAsync($"-- {result.Schema}{(options.From is { } old ? $", from {old}" : "")}\n{script}{(options.Stream is null ? "\n" : "")}");
                continue;
            }

            await errors.WriteLineAsync($"millrace: {result.Schema} is refused for {options.Dialect.Name}:");
            foreach (var refusal in result.Refusals)
            {
                await errors.WriteLineAsync($"  {refusal}");
            }
        }

        if (options.Stream is null)
        {
            var refused = results.Count(result => result.Script is null);
            await errors.WriteLineAsync($"{results.Count} schemas: {results.Count - refused} tables, {refused} refused.");
        }
    }

    private sealed record TableReport(string? Stream, string Schema, string Dialect, string Table, IReadOnlyList<string>? Statements, IReadOnlyList<string>? Notes, IReadOnlyList<SqlRefusal>? Refused);
}
