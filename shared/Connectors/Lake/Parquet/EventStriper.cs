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
/// <param name="columns">The columns, which others may fill too.</param>
internal sealed class EventStriper(LakeNode.Row root, IReadOnlyList<ColumnBuffer> columns)
{
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
        }
    }

    private void AddMissing(LakeNode node, int repetition, int definition)
    {
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
        var keys = (TextColumn)columns[map.First];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var entry = map.Keys.Count == 0 ? repetition : map.Repetition;
            var key = Text(keys, map, ref reader, entry, map.Definition + 1);
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

    private void AddScalar(LakeNode.Leaf leaf, ref Utf8JsonReader reader, int repetition)
    {
        var column = columns[leaf.First];
        switch (leaf.Kind)
        {
            case SqlScalar.Boolean:
                ((ColumnBuffer<bool>)column).Add(Boolean(leaf, ref reader), repetition, leaf.Definition);
                break;
            case SqlScalar.WholeNumber:
                ((ColumnBuffer<long>)column).Add(WholeNumber(leaf, ref reader), repetition, leaf.Definition);
                break;
            case SqlScalar.Number:
                ((ColumnBuffer<double>)column).Add(Number(leaf, ref reader), repetition, leaf.Definition);
                break;
            case SqlScalar.Timestamp:
                var time = Timestamp(leaf, ref reader);
                ((ColumnBuffer<DateTime>)column).Add(time, repetition, leaf.Definition);
                if (ReferenceEquals(leaf, _time))
                {
                    Time = time;
                }

                break;
            default:
                Require(leaf, ref reader, JsonTokenType.String, "a string");
                var text = Text((TextColumn)column, leaf, ref reader, repetition, leaf.Definition);
                if (ReferenceEquals(leaf, _id))
                {
                    Id = IdOf(text);
                }

                break;
        }
    }

    private static ReadOnlySpan<char> Text(TextColumn column, LakeNode node, ref Utf8JsonReader reader, int repetition, int definition)
    {
        try
        {
            return column.Add(ref reader, repetition, definition);
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
