using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Local;

/// <summary>Writes what a schema tool found: as columns for people, or as JSON.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        MaxDepth = 256,
    };

    private static readonly JsonSerializerOptions LineFormat = new(Format) { WriteIndented = false };

    /// <summary>How JSON is shown that is somebody else's: its names are left as they are.</summary>
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    /// <summary>Writes rows, one per line, as columns as wide as they need to be; the last is not padded.</summary>
    public static void Columns(TextWriter output, IReadOnlyCollection<string[]> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var widths = Enumerable.Range(0, rows.First().Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column < widths.Length ? cell.PadRight(widths[column]) : cell)).ReplaceLineEndings(" "));
        }

        output.WriteLine();
    }

    /// <summary>Writes a value as JSON with snake_case names.</summary>
    public static void Json(TextWriter output, object value) => output.WriteLine(JsonSerializer.Serialize(value, Format));

    /// <summary>Writes a value as one line of JSON with snake_case names.</summary>
    public static void JsonLine(TextWriter output, object value) => output.WriteLine(JsonSerializer.Serialize(value, LineFormat));

    /// <summary>A count with its word.</summary>
    public static string Count(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}
