using System.Text.Json;

namespace Millrace.Connectors;

/// <summary>Puts rows together from the columns of a table, as JSON: the reverse of <see cref="EventStriper"/>. For one caller at a time.</summary>
/// <remarks>What is null is left out, as columns do not tell it from what is absent; but in lists and maps, where it is an item.</remarks>
/// <param name="root">The table.</param>
/// <param name="columns">The columns, read from where they stand.</param>
internal sealed class RowAssembler(LakeNode.Row root, ColumnBuffer[] columns)
{
    /// <summary>Whether there is another row.</summary>
    public bool HasMore => columns[root.First].HasMore;

    /// <summary>Writes the next row.</summary>
    public void WriteTo(Utf8JsonWriter json) => Write(root, json);

    /// <summary>Passes the next row over.</summary>
    public void Skip()
    {
        for (var i = root.First; i < root.End; i++)
        {
            do
            {
                columns[i].Skip();
            }
            while (columns[i].Repetition > 0);
        }
    }

    private bool IsMissing(LakeNode node) => columns[node.First].Definition < node.Definition;

    private void Write(LakeNode node, Utf8JsonWriter json)
    {
        if (IsMissing(node))
        {
            SkipMissing(node);
            json.WriteNullValue();
            return;
        }

        switch (node)
        {
            case LakeNode.Leaf: WriteLeaf(columns[node.First], json); break;
            case LakeNode.Json: WriteJson((TextColumn)columns[node.First], json); break;
            case LakeNode.Row row: WriteRow(row, json); break;
            case LakeNode.Map map: WriteMap(map, json); break;
            case LakeNode.List list: WriteList(list, json); break;
        }
    }

    // Each column has one level for all of it.
    private void SkipMissing(LakeNode node)
    {
        for (var i = node.First; i < node.End; i++)
        {
            columns[i].Skip();
        }
    }

    private static void WriteLeaf(ColumnBuffer column, Utf8JsonWriter json)
    {
        column.WriteTo(json);
        column.Skip();
    }

    private static void WriteJson(TextColumn column, Utf8JsonWriter json)
    {
        json.WriteRawValue(column.Text);
        column.Skip();
    }

    private void WriteRow(LakeNode.Row row, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var property in row.Properties)
        {
            if (IsMissing(property.Node))
            {
                SkipMissing(property.Node);
            }
            else
            {
                json.WritePropertyName(property.Utf8Name);
                Write(property.Node, json);
            }
        }

        json.WriteEndObject();
    }

    private void WriteMap(LakeNode.Map map, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        var keys = (TextColumn)columns[map.First];
        if (keys.Definition == map.Definition)
        {
            SkipMissing(map);
        }
        else
        {
            do
            {
                json.WritePropertyName(keys.Text);
                keys.Skip();
                Write(map.Value, json);
            }
            while (keys.Repetition == map.Repetition);
        }

        json.WriteEndObject();
    }

    private void WriteList(LakeNode.List list, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        var first = columns[list.First];
        if (first.Definition == list.Definition)
        {
            SkipMissing(list);
        }
        else
        {
            do
            {
                Write(list.Item, json);
            }
            while (first.Repetition == list.Repetition);
        }

        json.WriteEndArray();
    }
}
