using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Core;

/// <summary>A JSON object under construction: fields set by name, over the fields of an existing object.</summary>
/// <remarks>
/// Setting an absent value (null, or an undefined element) changes nothing, so that optional fields are copied
/// without a test at every line. An object to which nothing was ever set is left out. Fields that are not touched
/// are written as the bytes that they came as. Not safe for concurrent use.
/// </remarks>
public sealed class ObjectDraft
{
    private readonly JsonElement _source;
    private readonly List<DraftField> _fields = [];

    internal ObjectDraft(JsonElement source) => _source = source;

    internal bool IsEmpty
    {
        get
        {
            if (_source.ValueKind == JsonValueKind.Object)
            {
                return false;
            }

            foreach (var candidate in _fields)
            {
                if (!candidate.IsLeftOut)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Sets a field to a value that exists elsewhere, in the event or in a lookup's answer; its bytes are copied.</summary>
    public ObjectDraft Set(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? this : Put(new DraftField(name, null, value));

    /// <summary>Sets a field to a text.</summary>
    public ObjectDraft Set(string name, string? value) => value is null ? this : Put(name, value);

    /// <summary>Sets a field to a whole number.</summary>
    public ObjectDraft Set(string name, long? value) => value is null ? this : Put(name, value);

    /// <summary>Sets a field to a number.</summary>
    /// <exception cref="ArgumentException">The number is not finite, which JSON cannot say.</exception>
    public ObjectDraft Set(string name, double? value) => value switch
    {
        null => this,
        { } number when !double.IsFinite(number) => throw new ArgumentException($"'{name}' cannot be {number}: JSON has no such number.", nameof(value)),
        _ => Put(name, value),
    };

    /// <summary>Sets a field to a truth value.</summary>
    public ObjectDraft Set(string name, bool? value) => value is null ? this : Put(name, value);

    /// <summary>Sets a field to a time, written in UTC as <c>2026-01-31T12:00:00.123Z</c>.</summary>
    public ObjectDraft Set(string name, DateTimeOffset? value) => value is null ? this : Put(name, Iso8601.Format(value.Value));

    /// <summary>Sets a field to any JSON: arrays, or objects made elsewhere.</summary>
    public ObjectDraft Set(string name, JsonNode? value) => value is null ? this : Put(name, value);

    /// <summary>Leaves a field out, if the source has it.</summary>
    public ObjectDraft Remove(string name) => Put(name, null);

    /// <summary>The object in a field, to set fields of: the one of the source if it has one, else a new one.</summary>
    public ObjectDraft Child(string name)
    {
        if (Find(name) is { Value: ObjectDraft existing })
        {
            return existing;
        }

        var source = Find(name) is null ? _source.Child(name) : default;
        var child = new ObjectDraft(source.ValueKind == JsonValueKind.Object ? source : default);
        Put(name, child);
        return child;
    }

    /// <summary>The object in a field with what was set in it, but with nothing of the source.</summary>
    internal ObjectDraft Fresh(string name)
    {
        var fresh = new ObjectDraft(default);
        if (Find(name) is { Value: ObjectDraft existing })
        {
            fresh._fields.AddRange(existing._fields);
        }

        Put(name, fresh);
        return fresh;
    }

    /// <summary>Sets a field unless it was set before.</summary>
    internal void SetDefault(string name, JsonElement value)
    {
        if (Find(name) is null)
        {
            Set(name, value);
        }
    }

    /// <summary>Writes the object: first the fields of the source in its order, then the new ones in the order of setting.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        var written = _fields.Count <= 256 ? stackalloc bool[_fields.Count] : new bool[_fields.Count];
        if (_source.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in _source.EnumerateObject())
            {
                if (IndexOf(property) is var index and >= 0)
                {
                    _fields[index].WriteTo(json);
                    written[index] = true;
                }
                else
                {
                    WriteName(json, property);
                    DraftField.WriteRaw(json, property.Value);
                }
            }
        }

        for (var i = 0; i < _fields.Count; i++)
        {
            if (!written[i])
            {
                _fields[i].WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the scalar that stands at the end of a path of names; false, and nothing written, where there is none.</summary>
    internal bool TryWriteScalar(ReadOnlySpan<string> path, Utf8JsonWriter json)
    {
        var found = Find(path[0]);
        if (found?.Value is ObjectDraft child)
        {
            return path.Length > 1 && child.TryWriteScalar(path[1..], json);
        }

        if (found?.Value is null)
        {
            var element = found is { } set ? set.Element : _source.Child(path[0]);
            foreach (var name in path[1..])
            {
                element = element.Child(name);
            }

            switch (element.ValueKind)
            {
                // Text is written anew: the same text must give the same bytes, whichever way it was escaped.
                case JsonValueKind.String when element.Text() is { } text:
                    json.WriteStringValue(text);
                    return true;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    DraftField.WriteRaw(json, element);
                    return true;
                default:
                    return false;
            }
        }

        if (path.Length > 1 || found.Value.Value is JsonNode)
        {
            return false;
        }

        DraftField.WriteValue(json, found.Value.Value);
        return true;
    }

    private ObjectDraft Put(string name, object? value) => Put(new DraftField(name, value, default));

    private ObjectDraft Put(DraftField field)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (_fields[i].Name == field.Name)
            {
                _fields[i] = field;
                return this;
            }
        }

        _fields.Add(field);
        return this;
    }

    private DraftField? Find(string name)
    {
        foreach (var field in _fields)
        {
            if (field.Name == name)
            {
                return field;
            }
        }

        return null;
    }

    private int IndexOf(JsonProperty property)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (property.NameEquals(_fields[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    // The bytes of a name are as good as the name, unless they are escapes.
    private static void WriteName(Utf8JsonWriter json, JsonProperty property)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(property);
        if (name.Contains((byte)'\\'))
        {
            json.WritePropertyName(property.Name);
        }
        else
        {
            json.WritePropertyName(name);
        }
    }
}
