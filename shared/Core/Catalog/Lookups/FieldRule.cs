using System.Text.Json;

namespace Millrace.Core;

/// <summary>A rule that an event's field meets or not.</summary>
/// <param name="Field">The field.</param>
/// <param name="Values">Texts, numbers, truth values and null, of which it has to be one; an absent field is as good as null.</param>
public sealed record FieldRule(FieldPointer Field, IReadOnlyList<JsonElement> Values)
{
    /// <summary>Whether an event's field is one of the values.</summary>
    public bool IsMet(JsonElement @event)
    {
        var found = Field.In(@event);
        foreach (var value in Values)
        {
            if (found.ValueKind == JsonValueKind.Undefined ? value.ValueKind == JsonValueKind.Null : JsonElement.DeepEquals(found, value))
            {
                return true;
            }
        }

        return false;
    }
}
