using System.Globalization;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>A place in a JSON value: the names that lead to it.</summary>
/// <remarks>Written as a JSON pointer, <c>/page/page_id</c> (RFC 6901), or short, <c>page.page_id</c>, where no name has a dot, a slash or a tilde in it.</remarks>
public sealed class FieldPointer
{
    private FieldPointer(string text, IReadOnlyList<string> names) => (Text, Names) = (text, names);

    /// <summary>The whole value.</summary>
    public static FieldPointer Root { get; } = new("", []);

    /// <summary>The place as a JSON pointer; empty is the whole value.</summary>
    public string Text { get; }

    /// <summary>The names that lead there; in an array, a number.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The place of these names.</summary>
    public static FieldPointer Of(IReadOnlyList<string> names) => new(string.Concat(names.Select(name => "/" + Escape(name))), names);

    /// <summary>Reads a pointer or a short name; null where a text is neither.</summary>
    public static FieldPointer? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return Root;
        }

        if (text[0] != '/')
        {
            return text.AsSpan().ContainsAny('/', '~') || text.Split('.').Contains("") ? null : Of(text.Split('.'));
        }

        var names = text[1..].Split('/');
        return names.All(IsEscaped) ? Of(Array.ConvertAll(names, Unescape)) : null;
    }

    /// <summary>A name as it stands in a pointer.</summary>
    public static string Escape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
    }

    /// <summary>What stands there; undefined where there is nothing.</summary>
    public JsonElement In(JsonElement value)
    {
        foreach (var name in Names)
        {
            value = value.ValueKind == JsonValueKind.Array
                ? int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.GetArrayLength() ? value[index] : default
                : value.Child(name);
        }

        return value;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsEscaped(string name) =>
        name.Length > 0 && !name.Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal).Contains('~', StringComparison.Ordinal);

    private static string Unescape(string name) => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
