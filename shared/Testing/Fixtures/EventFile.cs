using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Testing;

/// <summary>Events in a file: a <c>.json</c> file has one, or an array of them; an <c>.ndjson</c> file has one in each line.</summary>
internal static class EventFile
{
    private static readonly string[] Extensions = [".json", ".ndjson"];
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>The file of that name, of either kind; null where there is none.</summary>
    /// <exception cref="FixtureException">There are both.</exception>
    public static string? Find(string directory, string name)
    {
        string[] files = [.. Extensions.Select(extension => Path.Combine(directory, name + extension)).Where(File.Exists)];
        return files.Length < 2 ? files.FirstOrDefault() : throw new FixtureException($"{directory} has {name}.json and {name}.ndjson; allowed is one of them.");
    }

    /// <summary>The events' bytes: of a line those that it has, broken ones included; of a <c>.json</c> file compact.</summary>
    /// <exception cref="FixtureException">A <c>.json</c> file is none.</exception>
    public static IReadOnlyList<byte[]> ReadRaw(string file) => IsLines(file)
        ? [.. Lines(File.ReadAllBytes(file))]
        : [.. Read(file).Select(item => JsonSerializer.SerializeToUtf8Bytes(item, Compact))];

    /// <summary>The events, parsed.</summary>
    /// <exception cref="FixtureException">One is no JSON.</exception>
    public static IReadOnlyList<JsonElement> Read(string file)
    {
        try
        {
            if (IsLines(file))
            {
                return [.. Lines(File.ReadAllBytes(file)).Select(line => JsonElement.Parse(line))];
            }

            var whole = JsonElement.Parse(File.ReadAllBytes(file));
            return whole.ValueKind == JsonValueKind.Array ? [.. whole.EnumerateArray()] : [whole];
        }
        catch (JsonException wrong)
        {
            throw new FixtureException($"{file} cannot be read: {wrong.Message}", wrong);
        }
    }

    /// <summary>Writes events in the way of the file's extension.</summary>
    public static void Write(string file, IReadOnlyList<JsonElement> items) => File.WriteAllText(file, IsLines(file)
        ? string.Concat(items.Select(item => JsonSerializer.Serialize(item, Compact) + "\n"))
        : JsonSerializer.Serialize(items, Indented) + "\n");

    private static bool IsLines(string file) => file.EndsWith(".ndjson", StringComparison.Ordinal);

    private static IEnumerable<byte[]> Lines(byte[] bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', start) is var found and >= 0 ? found : bytes.Length;
            var line = bytes.AsSpan(start, end - start).TrimEnd((byte)'\r');
            if (!line.IsEmpty)
            {
                yield return line.ToArray();
            }

            start = end + 1;
        }
    }
}
