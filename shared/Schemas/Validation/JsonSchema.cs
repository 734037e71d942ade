using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>A compiled draft-07 JSON Schema: an immutable tree that is walked over a parsed value. Safe for concurrent use.</summary>
/// <remarks>
/// All of draft-07, with these rules where the specification leaves a choice: the formats that <see cref="Format"/> lists are
/// asserted, others say nothing; numbers are compared exactly; a value nested deeper than <see cref="Evaluation.MaxDepth"/>
/// levels does not match. The work is bounded in proportion to the size of the value.
/// </remarks>
internal sealed class JsonSchema
{
    /// <summary>How many violations are told at most, unless asked for more.</summary>
    public const int DefaultViolationLimit = 16;

    private readonly SchemaNode _root;
    private readonly ConcurrentDictionary<MessageKey, SchemaPlan> _keyedPlans = new(ReferenceEqualityComparer.Instance);

    /// <summary>Wraps a compiled tree; <see cref="SchemaCompiler"/> makes it.</summary>
    public JsonSchema(SchemaNode root, string? title)
    {
        (_root, Title) = (root, title);
        Plan = SchemaPlan.Of(root, EventFields.Paths);
        Defaults = DefaultsCompiler.Compile(root);
    }

    /// <summary>The whole of the schema.</summary>
    public SchemaNode Root => _root;

    /// <summary>The schema's <c>title</c>; null where it has none.</summary>
    public string? Title { get; }

    /// <summary>The schema as it is asked of bytes; it notes <see cref="EventFields"/>.</summary>
    public SchemaPlan Plan { get; }

    /// <summary>The schema's defaults; null where it has none.</summary>
    public DefaultsPlan? Defaults { get; }

    /// <summary>The plan, but one which notes the fields of a key behind <see cref="EventFields"/>; made once for each key.</summary>
    public SchemaPlan PlanFor(MessageKey key) =>
        _keyedPlans.GetOrAdd(key, static (added, root) => SchemaPlan.Of(root, [.. EventFields.Paths, .. added.Paths]), _root);

    /// <summary>Whether a part of a value matches a part of a schema; null where it takes too long to tell.</summary>
    public static bool? Ask(SchemaNode node, JsonElement value)
    {
        try
        {
            return node.Evaluate(value, Evaluation.Probing(BudgetOf(value)));
        }
        catch (Exception exhausted) when (exhausted is EvaluationLimitException or InsufficientExecutionStackException)
        {
            return null;
        }
    }

    /// <summary>Whether a value matches. Writes nothing down, which is the fast way for a valid value.</summary>
    public bool IsValid(JsonElement value) => Run(value, violations: null, limit: 0);

    /// <summary>Whether a value matches, and if not, why: violations are added in the order of the value's fields.</summary>
    /// <param name="value">The value.</param>
    /// <param name="violations">Where violations are added; nothing is added for a value that matches.</param>
    /// <param name="limit">How many violations are looked for.</param>
    public bool Validate(JsonElement value, List<SchemaViolation> violations, int limit = DefaultViolationLimit) =>
        IsValid(value) || Run(value, violations, limit);

    /// <summary>The same for an event: bytes and, as they were not accepted at once, what was parsed from them.</summary>
    /// <remarks>What the plan refuses is never valid, whatever the tree says of it.</remarks>
    public bool Validate(ReadOnlySpan<byte> utf8Json, JsonElement value, List<SchemaViolation> violations)
    {
        if (Validate(value, violations) && Plan.Check(utf8Json) == PlanVerdict.Refused)
        {
            violations.Add(new SchemaViolation("", ".", "", "is refused by the compiled schema, but not by the schema's tree: this is an error of the validator"));
        }

        return violations.Count == 0;
    }

    /// <summary>Whether bytes are surely one JSON object that matches; false is no answer.</summary>
    public bool AcceptsObject(ReadOnlySpan<byte> utf8Json) =>
        Plan.Check(utf8Json) == PlanVerdict.Accepted && utf8Json.TrimStart(" \n\r\t"u8)[0] == '{';

    private static long BudgetOf(JsonElement value) => Evaluation.BudgetOf(JsonMarshal.GetRawUtf8Value(value).Length);

    private bool Run(JsonElement value, List<SchemaViolation>? violations, int limit)
    {
        var budget = BudgetOf(value);
        try
        {
            return _root.Evaluate(value, violations is null
                ? Evaluation.Probing(budget)
                : Evaluation.Collecting(budget, violations, limit));
        }
        catch (EvaluationLimitException exhausted)
        {
            violations?.Add(new SchemaViolation("", ".", "", exhausted.Message));
            return false;
        }
        catch (InsufficientExecutionStackException)
        {
            violations?.Add(new SchemaViolation("", ".", "", "is nested too deeply to validate"));
            return false;
        }
    }
}
