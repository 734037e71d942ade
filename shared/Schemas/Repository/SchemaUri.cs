using System.Buffers;

namespace Millrace.Schemas;

/// <summary>The form of a schema URI: <c>/title/version</c>, relative to the bases, and nothing that could lead out of them.</summary>
internal static class SchemaUri
{
    /// <summary>The longest schema URI, in characters.</summary>
    public const int MaxLength = 256;

    /// <summary>The form in words.</summary>
    public const string Form = "of the form /title/version, with letters, digits, '_', '-' and '.' between the slashes";

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>
    /// Whether a text is a schema URI: it begins with a slash and has two segments or more, none of them empty, none beginning
    /// with a dot or containing two in a row.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxLength
        && text[0] == '/'
        && text[^1] != '/'
        && text[1..].Contains('/')
        && !text.ContainsAnyExcept(Characters)
        && !text.Contains("//", StringComparison.Ordinal)
        && !text.Contains("/.", StringComparison.Ordinal)
        && !text.Contains("..", StringComparison.Ordinal);
}
