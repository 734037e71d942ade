using System.Collections.Frozen;
using System.Text;

namespace Millrace.Schemas;

/// <summary>An asserted <c>format</c>: the form that a whole string must have.</summary>
/// <param name="Name">The format's name.</param>
/// <param name="Description">What a string of that form is called in a sentence.</param>
/// <param name="Matches">Whether a text, in UTF-8, has that form.</param>
internal sealed record Format(string Name, string Description, Format.Test Matches)
{
    private const int MaxRegexLength = 8 * 1024;

    private static readonly FrozenDictionary<string, Format> All = new Format[]
    {
        new("date-time", "a date-time such as 2026-01-31T12:00:00Z", TimeFormats.IsDateTime),
        new("date", "a date such as 2026-01-31", TimeFormats.IsDate),
        new("time", "a time with an offset such as 12:00:00Z", TimeFormats.IsTime),
        new("uri", "a URI", UriFormats.IsUri),
        new("uri-reference", "a URI reference", UriFormats.IsUriReference),
        new("email", "an email address", HostFormats.IsEmail),
        new("hostname", "a host name", HostFormats.IsHostName),
        new("ipv4", "an IPv4 address", HostFormats.IsIPv4),
        new("ipv6", "an IPv6 address", HostFormats.IsIPv6),
        new("uuid", "a UUID", TextFormats.IsUuid),
        new("json-pointer", "a JSON pointer", TextFormats.IsJsonPointer),
        new("regex", "a regular expression", IsRegex),
    }.ToFrozenDictionary(format => format.Name);

    /// <summary>Whether a text, in UTF-8, has a form. It never throws, and its time is linear in the text.</summary>
    public delegate bool Test(ReadOnlySpan<byte> utf8);

    /// <summary>The format of that name; null where it is not asserted.</summary>
    public static Format? Find(string name) => All.GetValueOrDefault(name);

    private static bool IsRegex(ReadOnlySpan<byte> utf8) =>
        utf8.Length <= MaxRegexLength && EcmaPattern.IsWellFormed(Encoding.UTF8.GetString(utf8));
}
