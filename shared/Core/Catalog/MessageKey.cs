using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>How a stream's records are keyed: a JSON object of some of the event's fields, such as <c>{"wiki_id":"enwiki","page_id":7}</c>.</summary>
/// <remarks>From <c>message_key_fields</c> of the stream configuration, in its order: the same fields always give the same bytes.</remarks>
public sealed class MessageKey
{
    // Text that a writer leaves alone: it would escape some characters beyond ASCII.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (byte)value).Except("\"\\"u8.ToArray())]);

    private readonly Field[] _fields;

    /// <summary>A key of these fields.</summary>
    /// <param name="fields">The name within the key, and the dotted path within the event.</param>
    public MessageKey(IEnumerable<KeyValuePair<string, string>> fields)
    {
        _fields = [.. fields.Select(entry => new Field(entry.Key, entry.Value))];
        Paths = [.. _fields.Select(entry => entry.Steps)];
    }

    /// <summary>The fields within the event, in the key's order, each as the names that lead to it.</summary>
    public IReadOnlyList<string[]> Paths { get; }

    /// <summary>The key of an event.</summary>
    /// <param name="root">The event, an object.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="missing">The dotted path of the field that is absent, null or no scalar.</param>
    public bool TryCreate(JsonElement root, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? missing) =>
        TryCreate(new ObjectDraft(root), out key, out missing);

    /// <summary>The key of an event whose fields were found already: the same bytes as of the parsed event.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="ranges">Where the fields of <see cref="Paths"/> stand in it.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="missing">The dotted path of the field that is absent, null or no scalar.</param>
    public bool TryCreate(
        ReadOnlySpan<byte> utf8Json, ReadOnlySpan<FieldRange> ranges, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? missing)
    {
        (key, missing) = (null, null);
        var size = Math.Max(_fields.Length + 1, 2);
        var isPlain = true;
        for (var i = 0; i < _fields.Length; i++)
        {
            var value = ranges[i].In(utf8Json);
            if (value.IsEmpty || value[0] is (byte)'{' or (byte)'[' or (byte)'n')
            {
                missing = _fields[i].Path;
                return false;
            }

            size += _fields[i].Prefix.Length + value.Length;
            isPlain &= value[0] != '"' || !value[1..^1].ContainsAnyExcept(Plain);
        }

        key = isPlain ? Join(utf8Json, ranges, size) : Write(utf8Json, ranges);
        return true;
    }

    internal bool TryCreate(ObjectDraft root, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? missing)
    {
        var json = JsonBuffer.Begin();
        json.WriteStartObject();
        foreach (var entry in _fields)
        {
            json.WritePropertyName(entry.Name);
            if (!root.TryWriteScalar(entry.Steps, json))
            {
                (key, missing) = (null, entry.Path);
                return false;
            }
        }

        json.WriteEndObject();
        (key, missing) = (JsonBuffer.Take(), null);
        return true;
    }

    private byte[] Join(ReadOnlySpan<byte> utf8Json, ReadOnlySpan<FieldRange> ranges, int size)
    {
        var key = new byte[size];
        key[0] = (byte)'{';
        var at = 1;
        for (var i = 0; i < _fields.Length; i++)
        {
            if (i > 0)
            {
                key[at++] = (byte)',';
            }

            _fields[i].Prefix.CopyTo(key, at);
            at += _fields[i].Prefix.Length;
            ranges[i].In(utf8Json).CopyTo(key.AsSpan(at));
            at += ranges[i].Length;
        }

        key[at] = (byte)'}';
        return key;
    }

    // Text is written anew: the same text must give the same bytes, whichever way it was escaped.
    private byte[] Write(ReadOnlySpan<byte> utf8Json, ReadOnlySpan<FieldRange> ranges)
    {
        var json = JsonBuffer.Begin();
        json.WriteStartObject();
        for (var i = 0; i < _fields.Length; i++)
        {
            json.WritePropertyName(_fields[i].Name);
            var reader = new Utf8JsonReader(ranges[i].In(utf8Json));
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                json.WriteStringValue(reader.GetString());
            }
            else
            {
                json.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
        return JsonBuffer.Take();
    }

    private sealed class Field(string name, string path)
    {
        public JsonEncodedText Name { get; } = JsonEncodedText.Encode(name);

        public byte[] Prefix { get; } = [(byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"', (byte)':'];

        public string Path { get; } = path;

        public string[] Steps { get; } = path.Split('.');
    }
}
