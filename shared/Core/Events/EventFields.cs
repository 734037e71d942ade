using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>Where the fields that the platform itself reads stand in an event's bytes.</summary>
/// <remarks>Found while the event is validated, so that nothing needs to be parsed for them.</remarks>
[InlineArray(Count)]
public struct EventFields
{
    /// <summary>How many fields there are.</summary>
    public const int Count = (int)EventField.RequestId + 1;

    private const string Meta = "meta";

    private FieldRange _first;

    /// <summary>The names that lead to each of the fields, in the order of <see cref="EventField"/>.</summary>
    public static IReadOnlyList<string[]> Paths { get; } =
        [["$schema"], ["dt"], [Meta, "stream"], [Meta, "id"], [Meta, "domain"], [Meta, "dt"], [Meta, "uri"], [Meta, "request_id"]];

    /// <summary>Finds the fields of an event by reading all of it: for one that was not validated on the way.</summary>
    /// <param name="utf8Json">One JSON object.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static EventFields Find(ReadOnlySpan<byte> utf8Json)
    {
        var fields = default(EventFields);
        var reader = new Utf8JsonReader(utf8Json);
        reader.Read();
        Find(ref reader, ref fields, parent: null);
        return fields;
    }

    private static void Find(ref Utf8JsonReader reader, ref EventFields fields, string? parent)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader, parent);
            var isMeta = parent is null && reader.ValueTextEquals(Meta);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isMeta && reader.TokenType == JsonTokenType.StartObject)
            {
                Find(ref reader, ref fields, Meta);
                continue;
            }

            reader.Skip();
            if (field >= 0)
            {
                fields[field] = new FieldRange(start, (int)reader.BytesConsumed - start);
            }
        }
    }

    private static int FieldOf(ref Utf8JsonReader reader, string? parent)
    {
        for (var field = 0; field < Count; field++)
        {
            var path = Paths[field];
            if ((path.Length == 1 ? null : path[0]) == parent && reader.ValueTextEquals(path[^1]))
            {
                return field;
            }
        }

        return -1;
    }
}
