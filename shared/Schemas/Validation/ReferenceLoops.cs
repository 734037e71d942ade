using System.Runtime.CompilerServices;

namespace Millrace.Schemas;

/// <summary>Finds schemas that, to validate a value, would have to validate the same value first.</summary>
internal static class ReferenceLoops
{
    /// <summary>Passes if there is no loop through <c>$ref</c>, <c>allOf</c> and their like that never goes down into a value.</summary>
    /// <exception cref="SchemaException">There is one; it names the place.</exception>
    public static void Refuse(IEnumerable<SchemaNode> nodes)
    {
        var finished = new HashSet<SchemaNode>();
        foreach (var node in nodes)
        {
            Visit(node, finished, []);
        }
    }

    private static void Visit(SchemaNode node, HashSet<SchemaNode> finished, HashSet<SchemaNode> open)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (finished.Contains(node))
        {
            return;
        }

        if (!open.Add(node))
        {
            throw node.Location.Wrong("leads back to itself through '$ref' without going down into the value, so that it would never end.");
        }

        foreach (var next in node.InPlace)
        {
            Visit(next, finished, open);
        }

        open.Remove(node);
        finished.Add(node);
    }
}
