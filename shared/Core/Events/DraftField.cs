using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Core;

/// <summary>A field that was set in an <see cref="ObjectDraft"/>: to a value, or (the common case, kept free of boxes) to an element.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Value">The value; null where it is the element.</param>
/// <param name="Element">The element; undefined, with no value, is a field to be left out.</param>
internal readonly record struct DraftField(string Name, object? Value, JsonElement Element)
{
    public bool IsLeftOut => Value is null ? Element.ValueKind == JsonValueKind.Undefined : Value is ObjectDraft { IsEmpty: true };

    public void WriteTo(Utf8JsonWriter json)
    {
        if (IsLeftOut)
        {
            return;
        }

        json.WritePropertyName(Name);
        if (Value is null)
        {
            WriteRaw(json, Element);
        }
        else
        {
            WriteValue(json, Value);
        }
    }

    public static void WriteValue(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case ObjectDraft child: child.WriteTo(json); break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case JsonNode node: node.WriteTo(json); break;
            default: throw new InvalidOperationException($"A draft holds no {value.GetType().Name}.");
        }
    }

    /// <summary>Writes the bytes that the element came as.</summary>
    public static void WriteRaw(Utf8JsonWriter json, JsonElement element) =>
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);
}
