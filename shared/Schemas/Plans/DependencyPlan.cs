namespace Millrace.Schemas;

/// <summary>One entry of the keyword <c>dependencies</c>; fields go by their numbers in the object's plan.</summary>
/// <param name="Name">The field that the entry is about.</param>
/// <param name="Required">The other fields that must be there.</param>
/// <param name="Node">What the object must match; null asks nothing.</param>
internal sealed record DependencyPlan(int Name, int[] Required, PlanNode? Node)
{
    /// <summary>Whether the object has what it needs.</summary>
    public bool IsMet(ref JsonScan scan, int start, in NameBits seen)
    {
        foreach (var name in Required)
        {
            if (!seen.Contains(name))
            {
                return false;
            }
        }

        return Node is null || AfterPlan.Probe(ref scan, Node, start);
    }
}
