using System.Text.Json;

namespace Millrace.Schemas.Tests;

/// <summary>Compiles and asks in one line.</summary>
internal static class Compiled
{
    public static readonly Uri Base = new("schema://repository/test/schema/1.0.0");

    public static JsonSchema Schema(string json, Func<Uri, JsonElement?>? source = null) =>
        SchemaCompiler.Compile(Base, "/test/schema/1.0.0", JsonElement.Parse(json), source ?? (_ => null));

    public static SchemaException Refusal(string json) => Assert.Throws<SchemaException>(() => Schema(json));

    public static bool Matches(string schema, string value) => Schema(schema).IsValid(JsonElement.Parse(value));

    public static IReadOnlyList<SchemaViolation> Violations(string schema, string value, int limit = JsonSchema.DefaultViolationLimit)
    {
        var violations = new List<SchemaViolation>();
        var valid = Schema(schema).Validate(JsonElement.Parse(value), violations, limit);
        Assert.Equal(valid, violations.Count == 0);
        return violations;
    }
}
