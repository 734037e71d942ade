using System.Text;
using System.Text.Json;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>A column of a table, or what is within one, as events of one schema fill it. For one caller at a time.</summary>
/// <param name="Path">The way to it, for messages.</param>
/// <param name="First">The first of its Parquet columns.</param>
/// <param name="End">Behind the last of them.</param>
/// <param name="Definition">The definition level of a value that is there.</param>
internal abstract record LakeNode(string Path, int First, int End, int Definition)
{
    /// <summary>A single value.</summary>
    internal sealed record Leaf(string Path, int First, int Definition, SqlScalar Kind) : LakeNode(Path, First, First + 1, Definition);

    /// <summary>Any JSON value, kept as its text.</summary>
    internal sealed record Json(string Path, int First, int Definition) : LakeNode(Path, First, First + 1, Definition);

    /// <summary>An object with declared properties.</summary>
    internal sealed record Row(string Path, int First, int End, int Definition, LakeProperty[] Properties) : LakeNode(Path, First, End, Definition)
    {
        /// <summary>The number of the object that is being read, which <see cref="LakeProperty.SeenIn"/> has for what it had already.</summary>
        public long Current { get; set; }

        /// <summary>The declared property that a reader stands at; null where it is none. Mostly it follows the one before.</summary>
        public LakeProperty? Find(ref Utf8JsonReader reader, ref int next)
        {
            for (var tried = 0; tried < Properties.Length; tried++)
            {
                var property = Properties[next];
                next = next + 1 == Properties.Length ? 0 : next + 1;
                if (property.IsDeclared && reader.ValueTextEquals(property.Utf8Name))
                {
                    return property;
                }
            }

            return null;
        }
    }

    /// <summary>An object with any names.</summary>
    internal sealed record Map(string Path, int First, int End, int Definition, int Repetition, LakeNode Value) : LakeNode(Path, First, End, Definition)
    {
        /// <summary>The names of the object that is being read.</summary>
        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>An array.</summary>
    internal sealed record List(string Path, int First, int End, int Definition, int Repetition, LakeNode Item) : LakeNode(Path, First, End, Definition);

    /// <summary>The table as events of a schema fill it: what only the table has stays empty, whatever the event has by that name.</summary>
    /// <param name="columns">The table's.</param>
    /// <param name="declared">The schema's.</param>
    public static Row Of(IReadOnlyList<SqlField> columns, IReadOnlyList<SqlField> declared)
    {
        var leaves = 0;
        return RowOf("", columns, declared, 0, 0, ref leaves);
    }

    private static Row RowOf(string path, IReadOnlyList<SqlField> fields, IReadOnlyList<SqlField>? declared, int definition, int repetition, ref int leaves)
    {
        var first = leaves;
        var properties = new LakeProperty[fields.Count];
        for (var i = 0; i < properties.Length; i++)
        {
            var field = fields[i];
            var own = declared?.FirstOrDefault(candidate => candidate.Name == field.Name)?.Type;
            properties[i] = new LakeProperty(Encoding.UTF8.GetBytes(field.Name), own is not null, Of($"{path}.{field.Name}", field.Type, own, definition, repetition, ref leaves));
        }

        return new Row(path, first, leaves, definition, properties);
    }

    private static LakeNode Of(string path, SqlType type, SqlType? declared, int around, int repetition, ref int leaves)
    {
        var first = leaves;
        switch (type)
        {
            case SqlType.Scalar scalar:
                return new Leaf(path, leaves++, around + 1, scalar.Kind);
            case SqlType.Json:
                return new Json(path, leaves++, around + 1);
            case SqlType.Row row:
                return RowOf(path, row.Fields, (declared as SqlType.Row)?.Fields, around + 1, repetition, ref leaves);
            case SqlType.Map map:
                leaves++;
                var value = Of($"{path}{{}}", map.Value, (declared as SqlType.Map)?.Value, around + 2, repetition + 1, ref leaves);
                return new Map(path, first, leaves, around + 1, repetition + 1, value);
            case SqlType.Array array:
                var item = Of($"{path}[]", array.Item, (declared as SqlType.Array)?.Item, around + 2, repetition + 1, ref leaves);
                return new List(path, first, leaves, around + 1, repetition + 1, item);
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }
}
