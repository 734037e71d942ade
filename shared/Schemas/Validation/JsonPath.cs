using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The place of a value, written as a JSON pointer or as a dotted path, and followed.</summary>
/// <remarks>A segment is a property's name, or an index in brackets; names from an event are shortened.</remarks>
internal static class JsonPath
{
    /// <summary>The segment of a property.</summary>
    /// <param name="name">The name in UTF-8, its escapes resolved.</param>
    public static string Segment(ReadOnlySpan<byte> name) => "." + JsonExcerpt.Shorten(name);

    /// <summary>The segment of an item.</summary>
    public static string Segment(int index) => string.Create(CultureInfo.InvariantCulture, $"[{index}]");

    /// <summary>The JSON pointer (RFC 6901); empty is the whole value.</summary>
    public static string Pointer(IReadOnlyList<string> segments)
    {
        var pointer = new StringBuilder();
        foreach (var segment in segments)
        {
            pointer.Append('/').Append(segment[0] == '.' ? Escape(segment[1..]) : segment[1..^1]);
        }

        return pointer.ToString();
    }

    /// <summary>The dotted path; a dot alone is the whole value.</summary>
    public static string Dotted(IReadOnlyList<string> segments) =>
        segments.Count == 0 ? "." : string.Concat(segments);

    /// <summary>A token as a JSON pointer writes it.</summary>
    public static string Escape(string token) =>
        token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>What a token of a JSON pointer stands for.</summary>
    public static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>Follows one token of a JSON pointer, as it is written there, into a property or an item; false where there is none.</summary>
    public static bool TryStep(JsonElement element, string token, out JsonElement below)
    {
        below = default;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return element.TryGetProperty(Unescape(token), out below);
            case JsonValueKind.Array when int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength():
                below = element[index];
                return true;
            default:
                return false;
        }
    }
}
