using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Writes a schema's defaults into events that lack the fields: as text, between the fields that are there.</summary>
/// <remarks>
/// Follows <c>properties</c>, <c>additionalProperties</c>, <c>items</c>, <c>$ref</c> and <c>allOf</c>, as there it is certain
/// that a field belongs to the schema; a default under <c>anyOf</c>, <c>oneOf</c>, <c>not</c>, <c>if</c>,
/// <c>patternProperties</c> or <c>dependencies</c> is a remark for readers. Fields come in the schema's order, after those of the event.
/// </remarks>
internal sealed class DefaultsPlan(DefaultsNode root)
{
    /// <summary>The event with its defaults; the same array where nothing is missing, or where it is no JSON.</summary>
    public byte[] Fill(byte[] utf8Json) => Fill(root, utf8Json);

    /// <summary>A value with the defaults of its place.</summary>
    public static byte[] Fill(DefaultsNode node, byte[] utf8Json)
    {
        List<(int At, byte[] Text)>? additions = null;
        try
        {
            var reader = new Utf8JsonReader(utf8Json);
            reader.Read();
            Visit(ref reader, node, ref additions);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Whoever validates it will say so.
            return utf8Json;
        }

        return additions is null ? utf8Json : Join(utf8Json, additions);
    }

    private static void Visit(ref Utf8JsonReader reader, DefaultsNode? node, ref List<(int At, byte[] Text)>? additions)
    {
        if (node is null)
        {
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            VisitObject(ref reader, node, ref additions);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                Visit(ref reader, index < node.Items.Length ? node.Items[index] : node.OtherItems, ref additions);
            }
        }
    }

    private static void VisitObject(ref Utf8JsonReader reader, DefaultsNode node, ref List<(int At, byte[] Text)>? additions)
    {
        var seen = new bool[node.Fields.Length];
        var isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var number = node.Names.Find(reader.ValueIsEscaped ? JsonText.Unescape(reader.ValueSpan) : reader.ValueSpan);
            isEmpty = false;
            reader.Read();
            if (number >= 0)
            {
                seen[number] = true;
            }

            Visit(ref reader, number >= 0 ? node.Fields[number].Node : node.OtherFields, ref additions);
        }

        for (var number = 0; number < seen.Length; number++)
        {
            var field = node.Fields[number];
            if (!seen[number] && field.Complete() is { } value)
            {
                byte[] text = [.. isEmpty ? ""u8 : ","u8, (byte)'"', .. field.Name.EncodedUtf8Bytes, (byte)'"', (byte)':', .. value];
                (additions ??= []).Add(((int)reader.TokenStartIndex, text));
                isEmpty = false;
            }
        }
    }

    private static byte[] Join(byte[] utf8Json, List<(int At, byte[] Text)> additions)
    {
        var joined = new byte[utf8Json.Length + additions.Sum(addition => addition.Text.Length)];
        var (read, written) = (0, 0);
        foreach (var (at, text) in additions)
        {
            utf8Json.AsSpan(read, at - read).CopyTo(joined.AsSpan(written));
            written += at - read;
            text.CopyTo(joined, written);
            (read, written) = (at, written + text.Length);
        }

        utf8Json.AsSpan(read).CopyTo(joined.AsSpan(written));
        return joined;
    }
}
