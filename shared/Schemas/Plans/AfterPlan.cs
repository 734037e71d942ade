using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>What is asked of a value that was read already: constants, and other schemas for the same value.</summary>
internal sealed class AfterPlan
{
    /// <summary>How many bytes that are read again count as one step.</summary>
    public const int BytesPerStep = 16;

    /// <summary>The keywords <c>enum</c> and <c>const</c>.</summary>
    public ConstantsPlan[] Constants { get; init; } = [];

    /// <summary>The schemas that must all match.</summary>
    public PlanNode[] AllOf { get; init; } = [];

    /// <summary>The schemas of which at least one must match; empty asks nothing.</summary>
    public PlanNode[] AnyOf { get; init; } = [];

    /// <summary>The schemas of which exactly one must match; empty asks nothing.</summary>
    public PlanNode[] OneOf { get; init; } = [];

    /// <summary>The schema that must not match.</summary>
    public PlanNode? Not { get; init; }

    /// <summary>The schema that chooses between the next two.</summary>
    public PlanNode? If { get; init; }

    /// <summary>What must match where <see cref="If"/> does.</summary>
    public PlanNode? Then { get; init; }

    /// <summary>What must match where <see cref="If"/> does not.</summary>
    public PlanNode? Else { get; init; }

    /// <summary>What asks for more than a plan can, of a value that is parsed for it; null asks nothing.</summary>
    public SchemaNode? Parsed { get; init; }

    /// <summary>Whether a value matches; the pass stands behind it, and stays there.</summary>
    /// <param name="scan">The pass.</param>
    /// <param name="start">Where the value begins.</param>
    public bool Accepts(ref JsonScan scan, int start)
    {
        foreach (var constants in Constants)
        {
            if (!constants.Admit(scan.Slice(start, scan.Position - start)))
            {
                return false;
            }
        }

        // Schemas that are applied in place may be as deep as their author wished.
        return RuntimeHelpers.TryEnsureSufficientExecutionStack() ? Combine(ref scan, start) : scan.GiveUp();
    }

    /// <summary>Whether a value that was read already matches a schema; the pass stays where it is.</summary>
    public static bool Probe(ref JsonScan scan, PlanNode node, int start)
    {
        var (end, depth) = (scan.Position, scan.Depth);
        scan.Position = start;
        var accepts = node.Accepts(ref scan);
        var cost = (scan.Position - start) / BytesPerStep;
        (scan.Position, scan.Depth) = (end, depth);
        return scan.Spend(cost) && accepts && !scan.IsUndecided;
    }

    private bool Combine(ref JsonScan scan, int start)
    {
        foreach (var node in AllOf)
        {
            if (!Probe(ref scan, node, start))
            {
                return false;
            }
        }

        if ((AnyOf.Length > 0 && Count(ref scan, AnyOf, start, atMost: 1) != 1)
            || (OneOf.Length > 0 && Count(ref scan, OneOf, start, atMost: 2) != 1)
            || (Not is not null && Probe(ref scan, Not, start))
            || (Parsed is not null && !(JsonSchema.Ask(Parsed, JsonElement.Parse(scan.Slice(start, scan.Position - start))) ?? scan.GiveUp())))
        {
            return false;
        }

        var chosen = If is null ? null : Probe(ref scan, If, start) ? Then : Else;
        return !scan.IsUndecided && (chosen is null || Probe(ref scan, chosen, start));
    }

    private static int Count(ref JsonScan scan, PlanNode[] nodes, int start, int atMost)
    {
        var count = 0;
        foreach (var node in nodes)
        {
            if (Probe(ref scan, node, start) && ++count == atMost)
            {
                break;
            }
        }

        return count;
    }
}
