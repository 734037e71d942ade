using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>A schema of a repository, to be asked directly: by whoever decides what is done with an event before it is one.</summary>
/// <remarks>Safe for concurrent use; the repository gives the same instance for every event.</remarks>
public sealed class EventSchema
{
    private readonly JsonSchema _schema;
    private readonly Lazy<IReadOnlyList<string>> _unbounded;

    internal EventSchema(string uri, JsonSchema schema)
    {
        (Uri, _schema) = (uri, schema);
        _unbounded = new Lazy<IReadOnlyList<string>>(() => UnboundedCost.In(schema.Root));
    }

    /// <summary>The URI that it was found by, such as <c>/page/change/1.0.0</c>.</summary>
    public string Uri { get; }

    /// <summary>The schema's <c>title</c>; null where it has none.</summary>
    public string? Title => _schema.Title;

    /// <summary>What makes events costly to validate, as sentences: patterns, formats and comparisons whose input nothing bounds. Empty for a schema that is safe to offer to strangers.</summary>
    public IReadOnlyList<string> Unbounded => _unbounded.Value;

    /// <summary>Whether the schema declares a field: by <c>properties</c>, or as one of a map's, through <c>$ref</c> and <c>allOf</c>.</summary>
    /// <param name="path">The names that lead to the field.</param>
    public bool Declares(IReadOnlyList<string> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<SchemaNode> here = [_schema.Root];
        foreach (var name in path)
        {
            here = [.. here.SelectMany(node => Applied(node, [])).SelectMany(node => Below(node, name))];
        }

        return here.Count > 0;
    }

    /// <summary>Writes the schema's defaults into an event that lacks the fields.</summary>
    /// <param name="utf8Json">The event, valid or not.</param>
    /// <returns>The same array where no default is missing, or the event is no JSON.</returns>
    public byte[] WithDefaults(byte[] utf8Json)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        return _schema.Defaults is { } defaults ? defaults.Fill(utf8Json) : utf8Json;
    }

    /// <summary>Checks an event against the schema, and makes its key on the way; its <c>$schema</c> is not compared.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="key">How events of its stream are keyed; keep the instance, as a plan is compiled for it. Null where they have no key.</param>
    /// <param name="fields">Where the platform's fields stand.</param>
    /// <param name="keyBytes">The key; null without <paramref name="key"/>.</param>
    /// <param name="refusal">Why the event does not match, or has no key.</param>
    public bool TryCheck(byte[] utf8Json, MessageKey? key, out EventFields fields, out byte[]? keyBytes, [NotNullWhen(false)] out SchemaRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        (fields, keyBytes, refusal) = (default, null, null);
        Span<FieldRange> ranges = stackalloc FieldRange[EventFields.Count + (key?.Paths.Count ?? 0)];
        var plan = key is null ? _schema.Plan : _schema.PlanFor(key);
        if (plan.Check(utf8Json, ranges) != PlanVerdict.Accepted || utf8Json.AsSpan().TrimStart(" \n\r\t"u8)[0] != '{')
        {
            refusal = Refuse(utf8Json, key, out keyBytes);
            fields = refusal is null ? EventFields.Find(utf8Json) : default;
            return refusal is null;
        }

        if (key is not null && !key.TryCreate(utf8Json, ranges[EventFields.Count..], out keyBytes, out var missing))
        {
            refusal = new SchemaRefusal(EventSchemas.NoKey(missing), []);
            return false;
        }

        ranges[..EventFields.Count].CopyTo(fields);
        return true;
    }

    // The long way: for what is wrong, and for what a plan leaves undecided. Null where nothing is wrong.
    private SchemaRefusal? Refuse(byte[] utf8Json, MessageKey? key, out byte[]? keyBytes)
    {
        keyBytes = null;
        if (EventSchemas.Parse(utf8Json, out var document) is { } broken)
        {
            return new SchemaRefusal(broken, []);
        }

        using (document)
        {
            var root = document!.RootElement;
            var violations = new List<SchemaViolation>();
            string? missing = null;
            return root.ValueKind != JsonValueKind.Object ? new SchemaRefusal(EventSchemas.NotAnObject(root), [])
                : !_schema.Validate(utf8Json, root, violations) ? new SchemaRefusal(new StageError(ErrorTypes.InvalidEvent, string.Join(", ", violations)), [.. violations.Select(violation => new FieldFault(violation.Path, violation.Keyword, violation.Sentence))])
                : key is null || key.TryCreate(root, out keyBytes, out missing) ? null
                : new SchemaRefusal(EventSchemas.NoKey(missing!), []);
        }
    }

    // What surely applies to a value besides the schema itself.
    private static HashSet<SchemaNode> Applied(SchemaNode node, HashSet<SchemaNode> seen)
    {
        if (seen.Add(node))
        {
            foreach (var part in (node.Reference is { } reference ? [reference] : node.Combination?.AllOf) ?? [])
            {
                Applied(part, seen);
            }
        }

        return seen;
    }

    private static IEnumerable<SchemaNode> Below(SchemaNode node, string name)
    {
        var declared = node.Objects?.Fields.FirstOrDefault(field => field.Node is not null && field.Name == name).Node ?? node.Objects?.Additional;
        return declared is null or { IsNever: true } ? [] : [declared];
    }
}
