using System.Text.Unicode;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>A schema compiled to be asked of bytes: one pass decides whether they are JSON and match, and notes where fields stand.</summary>
/// <remarks>
/// Says only yes or no; the tree that it was made from says why. Safe for concurrent use. Allocates nothing, except for
/// <c>uniqueItems</c>, and for constants that are arrays or objects, which are compared as parsed.
/// </remarks>
internal sealed class SchemaPlan
{
    private readonly PlanNode _root;
    private readonly int _slots;
    private readonly (int From, int To)[] _copies;

    private SchemaPlan(PlanNode root, int slots, (int, int)[] copies) => (_root, _slots, _copies) = (root, slots, copies);

    /// <summary>Compiles a tree.</summary>
    /// <param name="root">The tree's root.</param>
    /// <param name="fields">The fields whose places are to be noted, each as the names that lead to it.</param>
    public static SchemaPlan Of(SchemaNode root, IReadOnlyList<string[]> fields)
    {
        var tree = new FieldTree();
        var slots = fields.Select((path, slot) => (From: tree.Add(path, slot), To: slot)).ToList();
        return new SchemaPlan(PlanCompiler.Compile(root, tree), fields.Count, [.. slots.Where(copy => copy.From != copy.To)]);
    }

    /// <summary>Checks a JSON text.</summary>
    public PlanVerdict Check(ReadOnlySpan<byte> utf8Json)
    {
        Span<FieldRange> fields = stackalloc FieldRange[_slots];
        return Check(utf8Json, fields);
    }

    /// <summary>Checks a JSON text, and notes where the plan's fields stand in it.</summary>
    /// <param name="utf8Json">The text.</param>
    /// <param name="fields">As many as the plan has fields; of use only where the text is accepted.</param>
    public PlanVerdict Check(ReadOnlySpan<byte> utf8Json, Span<FieldRange> fields)
    {
        fields.Clear();
        if (!Utf8.IsValid(utf8Json))
        {
            return PlanVerdict.Refused;
        }

        Span<SeenNames.Slot> names = stackalloc SeenNames.Slot[SeenNames.FirstSlots];
        names.Clear();
        var scan = new JsonScan(utf8Json, new SeenNames(names), fields);
        try
        {
            scan.Next();
            var accepted = _root.Accepts(ref scan) && scan.Next() == 0 && scan.IsAtEnd;
            foreach (var (from, to) in _copies)
            {
                fields[to] = fields[from];
            }

            return scan.IsUndecided ? PlanVerdict.Undecided : accepted ? PlanVerdict.Accepted : PlanVerdict.Refused;
        }
        finally
        {
            scan.Names.Dispose();
        }
    }
}
