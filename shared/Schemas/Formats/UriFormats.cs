using System.Buffers;

namespace Millrace.Schemas;

/// <summary>URIs by the grammar of RFC 3986.</summary>
internal static class UriFormats
{
    private static ReadOnlySpan<byte> Unreserved => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;="u8;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> UserCharacters = SearchValues.Create([.. Unreserved, .. "%:"u8]);
    private static readonly SearchValues<byte> NameCharacters = SearchValues.Create([.. Unreserved, .. "%"u8]);
    private static readonly SearchValues<byte> PathCharacters = SearchValues.Create([.. Unreserved, .. "%:@/"u8]);
    private static readonly SearchValues<byte> QueryCharacters = SearchValues.Create([.. Unreserved, .. "%:@/?"u8]);

    /// <summary>A URI: it begins with a scheme.</summary>
    public static bool IsUri(ReadOnlySpan<byte> text) =>
        SchemeLength(text) is var scheme and > 0 && IsHierarchy(text[(scheme + 1)..]);

    /// <summary>A URI, or one that is relative to another.</summary>
    public static bool IsUriReference(ReadOnlySpan<byte> text)
    {
        if (IsUri(text))
        {
            return true;
        }

        // Without a scheme the first segment has no colon, or it would read as one.
        var first = text.IndexOfAny("/?#"u8) is var end and >= 0 ? text[..end] : text;
        return !first.Contains((byte)':') && IsHierarchy(text);
    }

    private static int SchemeLength(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        if (colon < 1 || !char.IsAsciiLetter((char)text[0]))
        {
            return 0;
        }

        foreach (var value in text[..colon])
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'+' or (byte)'-' or (byte)'.'))
            {
                return 0;
            }
        }

        return colon;
    }

    // All that may follow the scheme.
    private static bool IsHierarchy(ReadOnlySpan<byte> text)
    {
        if (Cut(ref text, (byte)'#') is var fragment && !Has(fragment, QueryCharacters))
        {
            return false;
        }

        if (Cut(ref text, (byte)'?') is var query && !Has(query, QueryCharacters))
        {
            return false;
        }

        if (!text.StartsWith("//"u8))
        {
            return Has(text, PathCharacters);
        }

        text = text[2..];
        var slash = text.IndexOf((byte)'/');
        return IsAuthority(slash < 0 ? text : text[..slash]) && (slash < 0 || Has(text[slash..], PathCharacters));
    }

    private static bool IsAuthority(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'@');
        if (at >= 0 && !Has(text[..at], UserCharacters))
        {
            return false;
        }

        var host = text[(at + 1)..];
        var bracket = host.LastIndexOf((byte)']');
        var colon = host[(bracket + 1)..].IndexOf((byte)':');
        if (colon >= 0)
        {
            if (host[(bracket + colon + 2)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            host = host[..(bracket + 1 + colon)];
        }

        return host.Length > 0 && host[0] == '['
            ? host[^1] == ']' && IsLiteralAddress(host[1..^1])
            : Has(host, NameCharacters);
    }

    private static bool IsLiteralAddress(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is not ((byte)'v' or (byte)'V'))
        {
            return HostFormats.IsIPv6(text);
        }

        // RFC 3986's room for address families to come: v1.something
        var dot = text.IndexOf((byte)'.');
        return dot > 1 && dot + 1 < text.Length
            && !text[1..dot].ContainsAnyExcept(HexDigits)
            && !text[(dot + 1)..].ContainsAnyExcept(UserCharacters) && !text.Contains((byte)'%');
    }

    // Takes what follows the first mark off the text; empty where there is none.
    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> text, byte mark)
    {
        var at = text.IndexOf(mark);
        if (at < 0)
        {
            return [];
        }

        var rest = text[(at + 1)..];
        text = text[..at];
        return rest;
    }

    // Whether the text has only these characters, and percent signs only in front of two hexadecimal digits.
    private static bool Has(ReadOnlySpan<byte> text, SearchValues<byte> characters)
    {
        if (text.ContainsAnyExcept(characters))
        {
            return false;
        }

        while (text.IndexOf((byte)'%') is var percent and >= 0)
        {
            text = text[(percent + 1)..];
            if (text.Length < 2 || !char.IsAsciiHexDigit((char)text[0]) || !char.IsAsciiHexDigit((char)text[1]))
            {
                return false;
            }
        }

        return true;
    }
}
