using System.Buffers;

namespace Millrace.Schemas;

/// <summary>Hosts, addresses, and mailboxes at hosts.</summary>
internal static class HostFormats
{
    private const int MaxHostName = 253;
    private const int MaxLabel = 63;
    private const int MaxLocalPart = 64;

    private static readonly SearchValues<byte> AtomCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"u8);

    /// <summary>RFC 1123: labels of up to 63 letters, digits and inner hyphens, 253 characters in all.</summary>
    public static bool IsHostName(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MaxHostName)
        {
            return false;
        }

        foreach (var range in text.Split((byte)'.'))
        {
            var label = text[range];
            if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var value in label)
            {
                if (value != '-' && !char.IsAsciiLetterOrDigit((char)value))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>RFC 2673: four numbers from 0 to 255, without leading zeros.</summary>
    public static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        if (text.Length > 15)
        {
            return false;
        }

        var parts = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || (part[0] == '0' && part.Length > 1) || part.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            var number = 0;
            foreach (var digit in part)
            {
                number = number * 10 + (digit - '0');
            }

            if (number > 255)
            {
                return false;
            }
        }

        return parts == 4;
    }

    /// <summary>RFC 4291: eight groups of up to four hexadecimal digits, one run of zeros as <c>::</c>, the last two perhaps as IPv4.</summary>
    public static bool IsIPv6(ReadOnlySpan<byte> text)
    {
        const int longest = 45;
        if (text.Length is < 2 or > longest)
        {
            return false;
        }

        var gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return CountGroups(text, mayEndInIPv4: true) == 8;
        }

        var before = gap == 0 ? 0 : CountGroups(text[..gap], mayEndInIPv4: false);
        var after = gap + 2 == text.Length ? 0 : CountGroups(text[(gap + 2)..], mayEndInIPv4: true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    /// <summary>RFC 5321's mailbox: a dot-atom or a quoted string, and a host name or an address in brackets.</summary>
    public static bool IsEmail(ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf((byte)'@');
        return at is > 0 and <= MaxLocalPart && IsLocalPart(text[..at]) && IsMailHost(text[(at + 1)..]);
    }

    private static bool IsMailHost(ReadOnlySpan<byte> host)
    {
        if (host.Length < 2 || host[0] != '[' || host[^1] != ']')
        {
            return IsHostName(host);
        }

        host = host[1..^1];
        return host.StartsWith("IPv6:"u8) ? IsIPv6(host[5..]) : IsIPv4(host);
    }

    private static bool IsLocalPart(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"')
        {
            return IsQuoted(text[1..^1]);
        }

        foreach (var range in text.Split((byte)'.'))
        {
            if (text[range].IsEmpty || text[range].ContainsAnyExcept(AtomCharacters))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '\\';
            if (isEscape && ++i == text.Length)
            {
                return false;
            }

            if (text[i] is < 0x20 or > 0x7E || (text[i] == '"' && !isEscape))
            {
                return false;
            }
        }

        return true;
    }

    // The number of groups; -1 where one of them is none.
    private static int CountGroups(ReadOnlySpan<byte> text, bool mayEndInIPv4)
    {
        var count = 0;
        while (true)
        {
            var colon = text.IndexOf((byte)':');
            var group = colon < 0 ? text : text[..colon];
            if (colon < 0 && mayEndInIPv4 && IsIPv4(group))
            {
                return count + 2;
            }

            if (group.Length is 0 or > 4 || !IsHex(group))
            {
                return -1;
            }

            count++;
            if (colon < 0)
            {
                return count;
            }

            text = text[(colon + 1)..];
        }
    }

    private static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        return true;
    }
}
