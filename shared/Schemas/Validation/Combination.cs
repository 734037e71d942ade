using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords that apply schemas to the same value: <c>allOf</c>, <c>anyOf</c>, <c>oneOf</c>, <c>not</c> and <c>if</c>.</summary>
internal sealed class Combination
{
    /// <summary>The schemas that must all match.</summary>
    public SchemaNode[] AllOf { get; init; } = [];

    /// <summary>The schemas of which at least one must match; empty asks nothing.</summary>
    public SchemaNode[] AnyOf { get; init; } = [];

    /// <summary>The schemas of which exactly one must match; empty asks nothing.</summary>
    public SchemaNode[] OneOf { get; init; } = [];

    /// <summary>The schema that must not match.</summary>
    public SchemaNode? Not { get; init; }

    /// <summary>The schema that chooses between the next two.</summary>
    public SchemaNode? If { get; init; }

    /// <summary>What must match where <see cref="If"/> does.</summary>
    public SchemaNode? Then { get; init; }

    /// <summary>What must match where <see cref="If"/> does not.</summary>
    public SchemaNode? Else { get; init; }

    /// <summary>All the schemas.</summary>
    public IEnumerable<SchemaNode> Nodes =>
        AllOf.Concat(AnyOf).Concat(OneOf).Concat(new[] { Not, If, Then, Else }.OfType<SchemaNode>());

    /// <summary>Whether the value matches.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        var valid = true;
        foreach (var node in AllOf)
        {
            valid &= node.Evaluate(value, run);
            if (!valid && run.IsDone)
            {
                return false;
            }
        }

        if (AnyOf.Length > 0 && Count(AnyOf, value, run, atMost: 1) == 0)
        {
            valid = run.Fail("anyOf", $"must match at least one of {AnyOf.Length} schemas, but matches none: {value}");
        }

        if (OneOf.Length > 0 && Count(OneOf, value, run, atMost: 2) is var matches and not 1)
        {
            valid = run.Fail("oneOf", $"must match exactly one of {OneOf.Length} schemas, but matches {(matches == 0 ? "none" : "several")}: {value}");
        }

        if (Not is not null && run.Probe(Not, value))
        {
            valid = run.Fail("not", $"must not match the schema's 'not', but does: {value}");
        }

        var chosen = If is null ? null : run.Probe(If, value) ? Then : Else;
        return (chosen is null || (!valid && run.IsDone) || chosen.Evaluate(value, run)) && valid;
    }

    private static int Count(SchemaNode[] nodes, JsonElement value, Evaluation run, int atMost)
    {
        var count = 0;
        foreach (var node in nodes)
        {
            if (run.Probe(node, value) && ++count == atMost)
            {
                break;
            }
        }

        return count;
    }
}
