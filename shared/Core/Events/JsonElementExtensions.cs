using System.Text.Json;

namespace Millrace.Core;

/// <summary>Reading optional fields without a test at every step.</summary>
/// <remarks>An absent field is an element whose kind is <see cref="JsonValueKind.Undefined"/>, and so is everything below it.</remarks>
public static class JsonElementExtensions
{
    /// <summary>The field of that name; undefined where the element has none or is no object.</summary>
    public static JsonElement Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;

    /// <summary>The field of that name, given in UTF-8; undefined where the element has none or is no object.</summary>
    public static JsonElement Child(this JsonElement element, ReadOnlySpan<byte> utf8Name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(utf8Name, out var child) ? child : default;

    /// <summary>The string; null where the element is none, or holds text that is no Unicode (a lone surrogate).</summary>
    public static string? Text(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The whole number; null where the element is none or lies beyond 64 bits.</summary>
    public static long? Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : null;

    /// <summary>The truth value; null where the element is none.</summary>
    public static bool? Flag(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The ISO 8601 time, UTC where it names no offset; null where the element is none.</summary>
    public static DateTimeOffset? Time(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.TryGetDateTimeOffset(out var time) ? time : null;
}
