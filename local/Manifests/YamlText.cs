using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Local;

/// <summary>Writes mappings and sequences as YAML with comments, the same bytes for the same input on every machine.</summary>
/// <remarks>
/// A text is plain only where no reader, of YAML 1.1 or 1.2, could take it for anything else; otherwise it stands in double
/// quotes. Numbers and truth values that have to be texts are therefore given as texts.
/// </remarks>
internal static partial class YamlText
{
    private const int Width = 118;

    private static readonly HashSet<string> NotText = new(["true", "false", "yes", "no", "on", "off", "y", "n", "null"], StringComparer.OrdinalIgnoreCase);

    private static readonly JsonSerializerOptions Quotes = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a document.</summary>
    /// <param name="document">Its content.</param>
    /// <param name="head">What is written above it as a comment.</param>
    public static string Write(YamlMap document, string head)
    {
        var text = new StringBuilder();
        Comment(text, head, 0);
        foreach (var entry in document)
        {
            Entry(text, entry, 0, onDash: false);
        }

        return text.ToString();
    }

    private static void Entry(StringBuilder text, YamlEntry entry, int indent, bool onDash)
    {
        if (!onDash)
        {
            Comment(text, entry.Why, indent);
            text.Append(' ', indent);
        }

        text.Append(Scalar(entry.Key!)).Append(':');
        switch (entry.Value)
        {
            case YamlMap { Count: > 0 } map:
                text.Append('\n');
                foreach (var inner in map)
                {
                    Entry(text, inner, indent + 2, onDash: false);
                }

                break;
            case YamlList { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                {
                    Item(text, item, indent + 2);
                }

                break;
            default:
                text.Append(' ').Append(Scalar(entry.Value)).Append('\n');
                break;
        }
    }

    private static void Item(StringBuilder text, YamlEntry item, int indent)
    {
        Comment(text, item.Why, indent);
        if (item.Value is not YamlMap { Count: > 0 } map)
        {
            text.Append(' ', indent).Append("- ").Append(Scalar(item.Value)).Append('\n');
            return;
        }

        // What is said of a mapping's first key stands above its dash.
        Comment(text, map.First().Why, indent);
        text.Append(' ', indent).Append("- ");
        var onDash = true;
        foreach (var entry in map)
        {
            Entry(text, entry, indent + 2, onDash);
            onDash = false;
        }
    }

    private static string Scalar(object value) => value switch
    {
        string text => Plain().IsMatch(text) && !NotText.Contains(text) ? text : JsonSerializer.Serialize(text, Quotes),
        bool flag => flag ? "true" : "false",
        int or long => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        YamlMap => "{}",
        YamlList => "[]",
        _ => throw new ArgumentException($"{value.GetType()} is no value of YAML here.", nameof(value)),
    };

    private static void Comment(StringBuilder text, string? comment, int indent)
    {
        foreach (var paragraph in comment?.Split('\n') ?? [])
        {
            var line = new StringBuilder();
            foreach (var word in paragraph.Split(' '))
            {
                if (line.Length > 0 && indent + 3 + line.Length + word.Length > Width)
                {
                    text.Append(' ', indent).Append("# ").Append(line).Append('\n');
                    line.Clear();
                }

                line.Append(line.Length > 0 ? " " : "").Append(word);
            }

            text.Append(' ', indent).Append("# ").Append(line).Append('\n');
        }
    }

    // A letter first, so that it is no number, and nothing in it that YAML gives a meaning.
    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_./-]*\z")]
    private static partial Regex Plain();
}
