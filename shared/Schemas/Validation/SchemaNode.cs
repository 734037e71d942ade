using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>One compiled (sub)schema: what it asks of any value, and of values of each kind.</summary>
/// <remarks>
/// Filled once by the compiler and never changed after; a node exists before its content does, so that <c>$ref</c> may
/// lead back to a node above. Rules that are null ask nothing.
/// </remarks>
internal sealed class SchemaNode
{
    /// <summary>Creates a node that is yet to be filled.</summary>
    /// <param name="location">Where the schema stands, for errors.</param>
    public SchemaNode(SchemaPlace location) => Location = location;

    /// <summary>Where the schema stands.</summary>
    public SchemaPlace Location { get; }

    /// <summary>Whether this is the schema <c>false</c>.</summary>
    public bool IsNever { get; set; }

    /// <summary>What <c>$ref</c> names. Siblings of <c>$ref</c> do not count in draft-07, so there are no other rules then.</summary>
    public SchemaNode? Reference { get; set; }

    /// <summary>The keyword <c>default</c> as the schema writes it, which no value is asked about; null where there is none.</summary>
    public string? Default { get; set; }

    /// <summary>The keyword <c>type</c>.</summary>
    public TypeRule? Types { get; set; }

    /// <summary>The keywords <c>enum</c> and <c>const</c>.</summary>
    public ValuesRule[] Values { get; set; } = [];

    /// <summary>The keywords about numbers.</summary>
    public NumberRules? Numbers { get; set; }

    /// <summary>The keywords about strings.</summary>
    public StringRules? Strings { get; set; }

    /// <summary>The keywords about arrays.</summary>
    public ArrayRules? Arrays { get; set; }

    /// <summary>The keywords about objects.</summary>
    public ObjectRules? Objects { get; set; }

    /// <summary>The keywords that apply other schemas to the same value.</summary>
    public Combination? Combination { get; set; }

    /// <summary>The schemas that are applied to the very value that this one is applied to.</summary>
    public IEnumerable<SchemaNode> InPlace =>
        (Reference is null ? [] : (IEnumerable<SchemaNode>)[Reference])
        .Concat(Combination?.Nodes ?? [])
        .Concat(Objects?.Dependents ?? []);

    /// <summary>Whether the value matches.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        run.Step();
        if (IsNever)
        {
            return run.Fail("false", $"is not allowed");
        }

        if (Reference is not null)
        {
            return Reference.Evaluate(value, run);
        }

        var valid = true;
        if (Types is not null && !Types.Evaluate(value, run))
        {
            // What else is wrong with a value of the wrong type is of no interest.
            return false;
        }

        foreach (var values in Values)
        {
            valid &= values.Evaluate(value, run);
        }

        if (!valid && run.IsDone)
        {
            return false;
        }

        valid &= value.ValueKind switch
        {
            JsonValueKind.Object => Objects?.Evaluate(value, run) ?? true,
            JsonValueKind.Array => Arrays?.Evaluate(value, run) ?? true,
            JsonValueKind.String => Strings?.Evaluate(value, run) ?? true,
            JsonValueKind.Number => Numbers?.Evaluate(value, run) ?? true,
            _ => true,
        };

        if (Combination is not null && (valid || !run.IsDone))
        {
            valid &= Combination.Evaluate(value, run);
        }

        return valid;
    }
}
