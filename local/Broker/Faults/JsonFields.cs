using System.Text.Json;

namespace Millrace.Broker.Faults;

/// <summary>The fields of a JSON object that are taken one by one; what nobody took is an error.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];

    private JsonFields()
    {
    }

    /// <exception cref="FormatException">It is not one JSON object, or has a field twice.</exception>
    public static JsonFields Parse(ReadOnlySpan<byte> json)
    {
        var result = new JsonFields();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
            var root = JsonElement.ParseValue(ref reader);
            if (root.ValueKind is not JsonValueKind.Object)
            {
                throw new FormatException($"A JSON object is allowed here, not {Shown(root)}.");
            }

            foreach (var field in root.EnumerateObject())
            {
                if (!result._fields.TryAdd(field.Name, field.Value))
                {
                    throw new FormatException($"The field '{Shortened(field.Name)}' stands there twice.");
                }
            }

            if (reader.Read())
            {
                throw new FormatException("Something follows the JSON object.");
            }
        }
        catch (JsonException error)
        {
            throw new FormatException($"That is not a JSON object: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("A name or a text is not UTF-8.", error);
        }

        return result;
    }

    /// <summary>A text that is not empty; null if there is no such field.</summary>
    public string? Text(string name) => Take(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.String && TextOf(name, value) is { Length: > 0 } text ? text
        : throw Wrong(name, value, "a text that is not empty");

    /// <summary>A whole number; null if there is no such field.</summary>
    public int? Number(string name, int min, int max) => Take(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max ? number
        : throw Wrong(name, value, $"a whole number from {min} to {max}");

    /// <summary>A name of an enumeration; null if there is no such field.</summary>
    public T? Optional<T>(string name, T? except = null)
        where T : struct, Enum
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        var names = Enum.GetNames<T>().Where(one => except is null || one != except.Value.ToString()).ToList();
        var text = value.ValueKind is JsonValueKind.String ? TextOf(name, value) : null;
        return names.Find(one => one.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<T>(found)
            : throw Wrong(name, value, string.Join(", ", names));
    }

    /// <summary>A name of an enumeration that has to be there.</summary>
    public T Required<T>(string name, T? except = null)
        where T : struct, Enum => Optional(name, except) ?? throw Missing(name);

    /// <summary>The error that a field is not there.</summary>
    public static FormatException Missing(string name) => new($"The field '{name}' is missing.");

    /// <summary>Refuses fields that nobody asked for.</summary>
    public void End(string of)
    {
        if (_fields.Keys.FirstOrDefault() is { } field)
        {
            throw new FormatException($"The field '{Shortened(field)}' does not belong to {of}. Allowed: {string.Join(", ", _asked)}.");
        }
    }

    private static FormatException Wrong(string name, JsonElement value, string allowed) => new($"The field '{name}' is {Shown(value)}. Allowed: {allowed}.");

    private static string TextOf(string name, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"The field '{name}' is not UTF-8.", error);
        }
    }

    private static string Shown(JsonElement value) => Shortened(value.GetRawText());

    private static string Shortened(string text)
    {
        const int Shown = 100;
        return text.Length <= Shown ? text : $"{text.AsSpan(0, Shown)}…";
    }

    private JsonElement? Take(string name)
    {
        _asked.Add(name);
        return _fields.Remove(name, out var value) ? value : null;
    }
}
