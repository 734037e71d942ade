using System.Globalization;
using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Tells what became of one event.</summary>
internal static class TryReport
{
    private static readonly Dictionary<string, string> Does = new()
    {
        ["Telemetry"] = "measures",
        ["Retry"] = "tries again what may succeed",
        ["Decode"] = "parses, and checks by the schema",
        ["CanaryFilter"] = "drops canaries",
        ["AttemptTimeout"] = "ends what takes too long",
        ["Encode"] = "stamps, writes, checks and keys what is emitted",
        ["Stage"] = "decides",
    };

    /// <summary>Writes it for people.</summary>
    public static void Write(TextWriter output, TryRun run)
    {
        var position = run.Processed.Input.Position;
        output.WriteLine($"{run.Stage.Name}: {position.Topic}, {run.Processed.Input.Value!.Length:N0} bytes{(run.Processed.SchemaUri is { } schema ? $", {schema}" : "")}; {PipelineTrace.Describe(run.Processed.Outcome)} in {Milliseconds(run.Time)} ms");
        output.WriteLine();
        Report.Columns(output, [["ms", "step", "", "then it was"], .. run.Steps.Select(step => new[] { Milliseconds(step.Time), new string(' ', step.Depth) + step.Name, Does.GetValueOrDefault(step.Name, ""), step.Outcome })]);
        Report.Columns(output, [.. run.Lookups.Select(lookup => new[] { Milliseconds(lookup.Time), "lookup", lookup.Answer, lookup.Request })]);
        foreach (var request in run.Missed)
        {
            output.WriteLine($"There is no answer to {request}: write one to the directory of --answers, or leave --answers out and really ask.");
        }

        if (run.Processed.Outcome is Outcome.Failed { Error: var error })
        {
            output.WriteLine($"{error.Type}: {error.Message}");
        }

        if (run.Stage.Connector is { } store && run.IsGood)
        {
            output.WriteLine(run.Processed.Outcome is Outcome.Emitted ? $"The event would enter {store} as it is." : "Nothing would enter the store.");
            return;
        }

        output.WriteLine(run.Processed.Outputs.Count == 0 ? "Nothing would be written." : "Would be written:");
        foreach (var written in run.Processed.Outputs)
        {
            output.WriteLine($"  to {written.Topic}, {(written.Key is { } key ? $"key {Encoding.UTF8.GetString(key)}" : "without a key")}, {written.Value.Length:N0} bytes");
            output.WriteLine(JsonSerializer.Serialize(JsonElement.Parse(written.Value), Report.Indented));
        }
    }

    /// <summary>Writes it as JSON.</summary>
    public static void WriteJson(TextWriter output, TryRun run) => Report.Json(output, new
    {
        Stage = run.Stage.Name,
        run.Processed.Input.Position.Topic,
        Schema = run.Processed.SchemaUri,
        Outcome = run.Processed.Outcome switch { Outcome.Emitted => "emitted", Outcome.Filtered => "filtered", _ => "failed" },
        Reason = (run.Processed.Outcome as Outcome.Filtered)?.Reason,
        Error = run.Processed.Outcome is Outcome.Failed { Error: var error } ? new { error.Type, error.Message, error.Transient } : null,
        Milliseconds = run.Time.TotalMilliseconds,
        Steps = run.Steps.Select(step => new { step.Name, step.Depth, Milliseconds = step.Time.TotalMilliseconds, step.Outcome }),
        Lookups = run.Lookups.Select(lookup => new { lookup.Request, lookup.Answer, Milliseconds = lookup.Time.TotalMilliseconds }),
        run.Missed,
        Writes = run.Processed.Outputs.Select(written => new { written.Topic, Key = written.Key is { } key ? Encoding.UTF8.GetString(key) : null, Value = JsonElement.Parse(written.Value) }),
    });

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
