using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>Takes events of one schema apart into the columns of a table, by the levels of Dremel. For one caller at a time.</summary>
/// <param name="root">The table as events of the schema fill it.</param>
/// <param name="columns">The columns, which others may fill too; null where events are only checked.</param>
internal sealed class EventStriper(LakeNode.Row root, ColumnBuffer[]? columns)
{
    // Where there is no column to take a text, this takes those that need a look: with escapes in them.
    private char[] _scratch = new char[1024];

    // Nothing that is declared is deeper; what is not is skipped over.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1000 };

    private readonly LakeNode? _id = Below(Below(root, "meta"), "id");
    private readonly LakeNode? _time = Below(Below(root, "meta"), "dt");

    /// <summary>The <c>meta.dt</c> of the last event; null where it has none.</summary>
    public DateTime? Time { get; private set; }

    /// <summary>Stands for the <c>meta.id</c> of the last event: it, where it is a UUID, and else its hash; empty where it has none.</summary>
    public Guid Id { get; private set; }

    /// <summary>Adds an event as a row.</summary>
    /// <exception cref="LakeValueException">A value has no place in its column. The columns are of no use from then on.</exception>
    public void Add(ReadOnlySpan<byte> json)
    {
        (Time, Id) = (null, default);
        try
        {
            var reader = new Utf8JsonReader(json, Deep);
            reader.Read();
            AddRow(root, ref reader, 0);
        }
        catch (JsonException wrong)
        {
            throw new LakeValueException($"The event is no JSON: {wrong.Message}", wrong);
        }
    }

    private void AddValue(LakeNode node, ref Utf8JsonReader reader, int repetition, int around)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            AddMissing(node, repetition, around);
            return;
        }

        switch (node)
        {
            case LakeNode.Leaf leaf: AddScalar(leaf, ref reader, repetition); break;
            case LakeNode.Row row: AddRow(row, ref reader, repetition); break;
            case LakeNode.Map map: AddMap(map, ref reader, repetition); break;
            case LakeNode.List list: AddList(list, ref reader, repetition); break;
            case LakeNode.Json any: AddJson(any, ref reader, repetition); break;
        }
    }

    private void AddMissing(LakeNode node, int repetition, int definition)
    {
        if (columns is null)
        {
            return;
        }

        for (var i = node.First; i < node.End; i++)
        {
            columns[i].AddMissing(repetition, definition);
        }
    }

    private void AddRow(LakeNode.Row row, ref Utf8JsonReader reader, int repetition)
    {
        Require(row, ref reader, JsonTokenType.StartObject, "an object");
        var current = ++row.Current;
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = row.Find(ref reader, ref next);
            reader.Read();
            if (property is null)
            {
                reader.Skip();
                continue;
            }

            if (property.SeenIn == current)
            {
                throw new LakeValueException($"Column '{property.Node.Path}' has two values in one object; one is allowed.");
            }

            property.SeenIn = current;
            AddValue(property.Node, ref reader, repetition, row.Definition);
        }

        foreach (var property in row.Properties)
        {
            if (property.SeenIn != current)
            {
                AddMissing(property.Node, repetition, row.Definition);
            }
        }
    }

    private void AddMap(LakeNode.Map map, ref Utf8JsonReader reader, int repetition)
    {
        Require(map, ref reader, JsonTokenType.StartObject, "an object");
        map.Keys.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var entry = map.Keys.Count == 0 ? repetition : map.Repetition;
            var key = Text(map, map.First, ref reader, entry, map.Definition + 1);
            if (!map.Keys.Add(key.ToString()))
            {
                throw new LakeValueException($"Column '{map.Path}' has the key '{Excerpt.Of(key)}' twice; once is allowed.");
            }

            reader.Read();
            AddValue(map.Value, ref reader, entry, map.Definition + 1);
        }

        if (map.Keys.Count == 0)
        {
            AddMissing(map, repetition, map.Definition);
        }
    }

    private void AddList(LakeNode.List list, ref Utf8JsonReader reader, int repetition)
    {
        Require(list, ref reader, JsonTokenType.StartArray, "an array");
        var isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            AddValue(list.Item, ref reader, isFirst ? repetition : list.Repetition, list.Definition + 1);
            isFirst = false;
        }

        if (isFirst)
        {
            AddMissing(list, repetition, list.Definition);
        }
    }

    private void AddJson(LakeNode.Json any, ref Utf8JsonReader reader, int repetition)
    {
        if (columns is null)
        {
            reader.Skip();
            return;
        }

        using var value = JsonDocument.ParseValue(ref reader);
        ((TextColumn)columns[any.First]).Add(value.RootElement.GetRawText(), repetition, any.Definition);
    }

    private void AddScalar(LakeNode.Leaf leaf, ref Utf8JsonReader reader, int repetition)
    {
        switch (leaf.Kind)
        {
            case SqlScalar.Boolean:
                Add(leaf, Boolean(leaf, ref reader), repetition);
                break;
            case SqlScalar.WholeNumber:
                Add(leaf, WholeNumber(leaf, ref reader), repetition);
                break;
            case SqlScalar.Number:
                Add(leaf, Number(leaf, ref reader), repetition);
                break;
            case SqlScalar.Timestamp:
                var time = Timestamp(leaf, ref reader);
                Add(leaf, time, repetition);
                if (ReferenceEquals(leaf, _time))
                {
                    Time = time;
                }

                break;
            default:
                Require(leaf, ref reader, JsonTokenType.String, "a string");
                if (columns is not null || reader.ValueIsEscaped || ReferenceEquals(leaf, _id))
                {
                    var text = Text(leaf, leaf.First, ref reader, repetition, leaf.Definition);
                    Id = ReferenceEquals(leaf, _id) ? IdOf(text) : Id;
                }

                break;
        }
    }

    private void Add<T>(LakeNode.Leaf leaf, T value, int repetition)
        where T : struct
    {
        if (columns is not null)
        {
            ((ColumnBuffer<T>)columns[leaf.First]).Add(value, repetition, leaf.Definition);
        }
    }

    private ReadOnlySpan<char> Text(LakeNode node, int column, ref Utf8JsonReader reader, int repetition, int definition)
    {
        try
        {
            if (columns is not null)
            {
                return ((TextColumn)columns[column]).Add(ref reader, repetition, definition);
            }

            if (_scratch.Length < reader.ValueSpan.Length)
            {
                _scratch = new char[reader.ValueSpan.Length];
            }

            return _scratch.AsSpan(0, reader.CopyString(_scratch));
        }
        catch (InvalidOperationException cause)
        {
            throw new LakeValueException($"Column '{node.Path}' takes text; {Shown(ref reader)} holds what is no Unicode, such as half of a surrogate pair.", cause);
        }
    }

    private static bool Boolean(LakeNode node, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong(node, ref reader, "true or false"),
    };

    private static long WholeNumber(LakeNode node, ref Utf8JsonReader reader)
    {
        Require(node, ref reader, JsonTokenType.Number, "an integer of 64 bits");
        if (reader.TryGetInt64(out var number))
        {
            return number;
        }

        // 1.0 and 1e3 are integers to JSON Schema.
        return reader.TryGetDecimal(out var exact) && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue
            ? (long)exact
            : throw Wrong(node, ref reader, "an integer of 64 bits");
    }

    private static double Number(LakeNode node, ref Utf8JsonReader reader)
    {
        Require(node, ref reader, JsonTokenType.Number, "a number of double precision");
        return reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Wrong(node, ref reader, "a number of double precision");
    }

    private static DateTime Timestamp(LakeNode node, ref Utf8JsonReader reader)
    {
        const string Allowed = "an ISO 8601 time of the years 1 to 9999";
        Require(node, ref reader, JsonTokenType.String, Allowed);
        if (reader.TryGetDateTimeOffset(out var time))
        {
            return time.UtcDateTime;
        }

        // Its letters may be small, too.
        return !reader.HasValueSequence && reader.ValueSpan.Length < 64
            && DateTimeOffset.TryParse(Encoding.UTF8.GetString(reader.ValueSpan).ToUpperInvariant(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
            && reader.ValueSpan.Length >= "2000-01-01T00:00".Length && reader.ValueSpan[4] == '-'
                ? time.UtcDateTime
                : throw Wrong(node, ref reader, Allowed);
    }

    private static void Require(LakeNode node, ref Utf8JsonReader reader, JsonTokenType type, string allowed)
    {
        if (reader.TokenType != type)
        {
            throw Wrong(node, ref reader, allowed);
        }
    }

    private static LakeValueException Wrong(LakeNode node, ref Utf8JsonReader reader, string allowed) =>
        new($"Column '{node.Path}' cannot hold {Shown(ref reader)}; allowed is {allowed}.");

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        _ => $"'{Excerpt.Of(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 256)]))}'",
    };

    private static Guid IdOf(ReadOnlySpan<char> text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : new Guid(SHA256.HashData(MemoryMarshal.AsBytes(text)).AsSpan(..16));

    private static LakeNode? Below(LakeNode? node, string name) =>
        (node as LakeNode.Row)?.Properties.FirstOrDefault(property => property.IsDeclared && property.Utf8Name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(name)))?.Node;
}
