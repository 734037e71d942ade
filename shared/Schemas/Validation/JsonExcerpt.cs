using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A value as an error shows it: its kind and the beginning of its JSON.</summary>
internal static class JsonExcerpt
{
    /// <summary>How much of a value is shown, in bytes of UTF-8.</summary>
    public const int MaxLength = 64;

    /// <summary><c>string "12"</c>, <c>object {"a":1…</c>, <c>null</c>.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True => "boolean true",
        JsonValueKind.False => "boolean false",
        var kind => $"{NameOf(kind)} {Shorten(JsonMarshal.GetRawUtf8Value(value))}",
    };

    /// <summary>The text on one line, cut between two characters where it is long.</summary>
    public static string Shorten(ReadOnlySpan<byte> utf8, int length = MaxLength)
    {
        if (utf8.Length <= length)
        {
            return OneLine(utf8);
        }

        while (length > 0 && (utf8[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return OneLine(utf8[..length]) + "…";
    }

    private static string OneLine(ReadOnlySpan<byte> utf8) =>
        Encoding.UTF8.GetString(utf8).ReplaceLineEndings(" ");

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}
