using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords about arrays, and reading them.</summary>
/// <param name="rules">The rules.</param>
/// <param name="items">What the first items must match, one by one.</param>
/// <param name="others">What the items after those must match; null asks nothing.</param>
/// <param name="contains">What at least one item must match; null asks nothing.</param>
internal sealed class ArrayPlan(ArrayRules rules, PlanNode[] items, PlanNode? others, PlanNode? contains)
{
    /// <summary>Takes any array.</summary>
    public static readonly ArrayPlan Any = new(new ArrayRules(0, int.MaxValue, [], null, null, Unique: false), [], null, null);

    /// <summary>Reads an array, and says whether it is JSON and matches.</summary>
    public bool Accepts(ref JsonScan scan)
    {
        var start = scan.Position;
        if (!scan.Open())
        {
            return false;
        }

        var count = 0;
        var found = contains is null;
        if (scan.Next() != ']')
        {
            do
            {
                scan.Next();
                if (count == rules.MaxItems)
                {
                    return false;
                }

                if (!found && !Search(ref scan, ref found))
                {
                    return false;
                }

                var node = count < items.Length ? items[count] : others ?? PlanNode.Any;
                if (!node.Accepts(ref scan))
                {
                    return false;
                }

                count++;
            }
            while (TryGoOn(ref scan));
        }

        if (scan.Current != ']')
        {
            return false;
        }

        scan.Close();
        return found && count >= rules.MinItems && (!rules.Unique || count < 2 || AreUnique(ref scan, start));
    }

    // The item itself is still to be read, so that its end counts as little as whether it is JSON.
    private bool Search(ref JsonScan scan, ref bool found)
    {
        var (start, depth) = (scan.Position, scan.Depth);
        found = contains!.Accepts(ref scan);
        var cost = (scan.Position - start) / AfterPlan.BytesPerStep;
        (scan.Position, scan.Depth) = (start, depth);
        return !scan.IsUndecided && scan.Spend(cost);
    }

    private static bool TryGoOn(ref JsonScan scan)
    {
        if (scan.Next() != ',')
        {
            return false;
        }

        scan.Position++;
        return true;
    }

    private static bool AreUnique(ref JsonScan scan, int start) =>
        !ArrayRules.HasRepeated(JsonElement.Parse(scan.Slice(start, scan.Position - start)));
}
