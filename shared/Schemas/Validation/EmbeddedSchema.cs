using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A draft-07 schema that is in no repository: it came with a document of another kind, and refers to nothing but itself. Safe for concurrent use.</summary>
public sealed class EmbeddedSchema
{
    private const int MaxViolations = 4;

    private readonly JsonSchema _schema;

    private EmbeddedSchema(JsonSchema schema) => _schema = schema;

    /// <summary>Compiles it.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="schema">The schema; not needed any more once it is compiled.</param>
    /// <exception cref="SchemaException">It is no schema, or refers to something else.</exception>
    public static EmbeddedSchema Compile(string name, JsonElement schema) =>
        new(SchemaCompiler.Compile(new Uri("schema://embedded/schema"), name, schema, _ => null));

    /// <summary>In which ways a value does not match, as the end of a sentence; null where it matches.</summary>
    public string? Refuse(JsonElement value)
    {
        var violations = new List<SchemaViolation>();
        return _schema.Validate(value, violations, MaxViolations) ? null : string.Join(", ", violations);
    }
}
