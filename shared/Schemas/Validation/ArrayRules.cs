using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords about arrays: <c>items</c>, <c>additionalItems</c>, <c>contains</c>, <c>uniqueItems</c>, <c>minItems</c> and <c>maxItems</c>.</summary>
/// <param name="MinItems">The least number of items.</param>
/// <param name="MaxItems">The greatest number of items.</param>
/// <param name="Items">What the first items must match, one by one (<c>items</c> as an array).</param>
/// <param name="OtherItems">What the items after those must match; null asks nothing.</param>
/// <param name="Contains">What at least one item must match; null asks nothing.</param>
/// <param name="Unique">Whether no two items may be equal.</param>
internal sealed record ArrayRules(
    int MinItems, int MaxItems, SchemaNode[] Items, SchemaNode? OtherItems, SchemaNode? Contains, bool Unique)
{
    private const int FewItems = 8;

    /// <summary>Whether the array keeps the rules.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        var valid = true;
        var count = value.GetArrayLength();
        if (count < MinItems)
        {
            valid = run.Fail("minItems", $"must have at least {MinItems} items, but has {count}");
        }

        if (count > MaxItems)
        {
            // Beyond the number that the schema allows, no work is spent on the items.
            return run.Fail("maxItems", $"must have at most {MaxItems} items, but has {count}");
        }

        valid = (valid || !run.IsDone) && EvaluateItems(value, run) && valid;
        if (!valid && run.IsDone)
        {
            return false;
        }

        if (Contains is not null && !HasMatch(value, run))
        {
            valid = run.Fail("contains", $"must have an item that matches the schema's 'contains'");
        }

        if (Unique && FindRepeated(value) is { } repeated)
        {
            valid = run.Fail("uniqueItems", $"must not have equal items, but has {repeated} more than once");
        }

        return valid;
    }

    private bool EvaluateItems(JsonElement value, Evaluation run)
    {
        if (Items.Length == 0 && OtherItems is null)
        {
            return true;
        }

        var valid = true;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var node = index < Items.Length ? Items[index] : OtherItems;
            if (node is null)
            {
                break;
            }

            valid &= run.Item(index++, node, item);
            if (!valid && run.IsDone)
            {
                break;
            }
        }

        return valid;
    }

    private bool HasMatch(JsonElement value, Evaluation run)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (run.ProbeItem(index++, Contains!, item))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the array has two items that are equal.</summary>
    public static bool HasRepeated(JsonElement value) => FindRepeated(value) is not null;

    private static JsonElement? FindRepeated(JsonElement value)
    {
        var count = value.GetArrayLength();
        if (count > FewItems)
        {
            var seen = new HashSet<JsonElement>(count, JsonEquality.Instance);
            foreach (var item in value.EnumerateArray())
            {
                if (!seen.Add(item))
                {
                    return item;
                }
            }

            return null;
        }

        for (var i = 1; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (JsonEquality.Instance.Equals(value[i], value[j]))
                {
                    return value[i];
                }
            }
        }

        return null;
    }
}
