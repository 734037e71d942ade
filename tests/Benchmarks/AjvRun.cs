using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Millrace.Benchmarks;

/// <summary>JSON.parse and ajv 8 under Node, over the same bytes; ajv is installed into a temporary directory.</summary>
/// <param name="Nanoseconds">By the sample's name.</param>
/// <param name="Problem">Why there are none; null where there are.</param>
internal sealed record AjvRun(IReadOnlyDictionary<string, double> Nanoseconds, string? Problem)
{
    public static async Task<AjvRun> NanosecondsAsync(IReadOnlyList<ValidationSample> samples)
    {
        var directory = Directory.CreateTempSubdirectory("millrace-ajv-");
        try
        {
            await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory.FullName, "ajv@8", "ajv-formats@3"]);
            var list = new List<object>();
            foreach (var sample in samples)
            {
                var (schema, value) = (Path.Combine(directory.FullName, $"schema-{list.Count}.json"), Path.Combine(directory.FullName, $"event-{list.Count}.json"));
                await File.WriteAllTextAsync(schema, sample.Schema);
                await File.WriteAllBytesAsync(value, sample.Event);
                list.Add(new { name = sample.Name, schema, @event = value });
            }

            var listFile = Path.Combine(directory.FullName, "list.json");
            await File.WriteAllTextAsync(listFile, JsonSerializer.Serialize(list));
            var output = await RunAsync("node", [Path.Combine(AppContext.BaseDirectory, "ajv.mjs"), directory.FullName, listFile]);
            return new AjvRun(
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
                    .ToDictionary(line => line.GetProperty("name").GetString()!, line => line.GetProperty("nanoseconds").GetDouble()),
                null);
        }
        catch (Exception missing) when (missing is Win32Exception or InvalidOperationException)
        {
            return new AjvRun(new Dictionary<string, double>(), missing.Message);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {(await errors).Trim()}");
    }
}
