using System.Globalization;
using System.Text;

namespace Millrace.Schemas;

/// <summary>Writes the place of a value, as a JSON pointer and as a dotted path.</summary>
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
}
