using System.Text.Json;
using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>Puts an answer into an event.</summary>
internal static class AnswerMapping
{
    /// <summary>The event with the answer's values in the fields that the declaration names; what the answer lacks, or has as null, is left out.</summary>
    public static EventDraft Apply(LookupDefinition definition, EventDraft draft, JsonElement answer)
    {
        foreach (var mapping in definition.Into)
        {
            if (mapping.From.In(answer) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value)
            {
                Parent(draft, mapping.To).Set(mapping.To.Names[^1], value);
            }
        }

        return WithoutFields(definition, draft);
    }

    /// <summary>The event without the fields that the output is to have no part of.</summary>
    public static EventDraft WithoutFields(LookupDefinition definition, EventDraft draft)
    {
        foreach (var pointer in definition.Without.Where(pointer => pointer.Names.Count > 0))
        {
            Parent(draft, pointer).Remove(pointer.Names[^1]);
        }

        return draft;
    }

    private static ObjectDraft Parent(EventDraft draft, FieldPointer pointer) => pointer.Names.SkipLast(1).Aggregate(draft.Root, (parent, name) => parent.Child(name));
}
