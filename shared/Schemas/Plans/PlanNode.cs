using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>One (sub)schema as it is asked of a value in a JSON text, while the text is read.</summary>
/// <remarks>
/// Filled once by <see cref="PlanCompiler"/> and never changed after; a node exists before its content does, so that schemas
/// may lead back to themselves. Answers what <see cref="SchemaNode"/> answers of the same value, parsed.
/// </remarks>
internal sealed class PlanNode
{
    /// <summary>Takes any value.</summary>
    public static readonly PlanNode Any = new() { Objects = ObjectPlan.Any, Arrays = ArrayPlan.Any };

    /// <summary>The kinds of values that are taken, a bit for each <see cref="JsonValueKind"/>.</summary>
    public int Kinds { get; set; } = ~0;

    /// <summary>Whether numbers must be whole.</summary>
    public bool IsWholeOnly { get; set; }

    /// <summary>What is asked of numbers; null asks nothing.</summary>
    public NumberPlan? Numbers { get; set; }

    /// <summary>What is asked of strings; null asks nothing.</summary>
    public StringPlan? Strings { get; set; }

    /// <summary>What is asked of arrays, and of their items.</summary>
    public ArrayPlan Arrays { get; set; } = ArrayPlan.Any;

    /// <summary>What is asked of objects, and of their fields.</summary>
    public ObjectPlan Objects { get; set; } = ObjectPlan.Any;

    /// <summary>What is asked of the value as a whole, once it was read; null asks nothing.</summary>
    public AfterPlan? After { get; set; }

    /// <summary>Reads a value, and says whether it is JSON and matches.</summary>
    /// <param name="scan">A pass that stands at the value's first byte; it ends behind its last.</param>
    public bool Accepts(ref JsonScan scan)
    {
        var start = scan.Position;
        return scan.Spend(1) && AcceptsInPassing(ref scan) && (After is null || After.Accepts(ref scan, start));
    }

    private bool AcceptsInPassing(ref JsonScan scan)
    {
        switch (scan.Current)
        {
            case (byte)'"':
                return Takes(JsonValueKind.String) && scan.TryString(out var text) && (Strings is null || Strings.Admits(ref scan, text));
            case (byte)'{':
                return Takes(JsonValueKind.Object) && Objects.Accepts(ref scan);
            case (byte)'[':
                return Takes(JsonValueKind.Array) && Arrays.Accepts(ref scan);
            case (byte)'t':
                return Takes(JsonValueKind.True) && scan.TryLiteral("true"u8);
            case (byte)'f':
                return Takes(JsonValueKind.False) && scan.TryLiteral("false"u8);
            case (byte)'n':
                return Takes(JsonValueKind.Null) && scan.TryLiteral("null"u8);
            default:
                return Takes(JsonValueKind.Number) && scan.TryNumber(out var number) && Admits(ref scan, number);
        }
    }

    private bool Takes(JsonValueKind kind) => (Kinds & (1 << (int)kind)) != 0;

    private bool Admits(ref JsonScan scan, JsonNumberToken number) =>
        (!IsWholeOnly || number.IsSmall || JsonNumber.Of(scan.Slice(number.Start, number.Length)).IsWhole)
        && (Numbers is null || Numbers.Admits(ref scan, number));
}
