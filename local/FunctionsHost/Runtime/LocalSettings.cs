using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>Reads <c>Values</c> of <c>local.settings.json</c>.</summary>
internal static class LocalSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The values, spelled as environment variables are (<c>A__B</c> for <c>A:B</c>); none if there is no such file.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read(string directory)
    {
        var path = Path.Combine(directory, "local.settings.json");
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return Values(path, document.RootElement);
        }
        catch (JsonException error)
        {
            throw new FunctionsHostException($"{path} is not JSON: {error.Message}", error);
        }
    }

    private static Dictionary<string, string?> Values(string path, JsonElement root)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FunctionsHostException($"{path} is not a JSON object.");
        }

        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
        {
            throw new FunctionsHostException($"{path} is encrypted, which only the Azure tools can read: decrypt it, or set IsEncrypted to false.");
        }

        if (!root.TryGetProperty("Values", out var section))
        {
            return values;
        }

        if (section.ValueKind != JsonValueKind.Object)
        {
            throw new FunctionsHostException($"{path}: Values is not a JSON object.");
        }

        foreach (var value in section.EnumerateObject())
        {
            if (value.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                throw new FunctionsHostException($"{path}: the value of '{value.Name}' is not a string; a nested key is written 'A:B'.");
            }

            values[value.Name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = value.Value.ToString();
        }

        return values;
    }
}
