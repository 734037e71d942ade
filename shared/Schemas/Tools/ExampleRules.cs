using System.Globalization;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The rules about examples, which document a schema and become canary events.</summary>
internal static class ExampleRules
{
    private const string Fragments = "fragment/";

    /// <summary>Checks that there are examples, and that they belong to the schema and match it.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="compiled">The same, compiled; null where it cannot be.</param>
    public static void Check(SchemaUnderCheck schema, JsonSchema? compiled)
    {
        if (schema.Whole.Find("examples") is not { ValueKind: JsonValueKind.Array } examples || examples.GetArrayLength() == 0)
        {
            // A fragment is part of other schemas; no event is of it.
            if (!schema.File.Title.StartsWith(Fragments, StringComparison.Ordinal))
            {
                schema.Find(SchemaRule.Examples, "", "There is no example, so there can be no canary events. Add 'examples' with an event.");
            }

            return;
        }

        var index = 0;
        foreach (var example in examples.EnumerateArray())
        {
            CheckExample(schema, compiled, string.Create(CultureInfo.InvariantCulture, $"/examples/{index++}"), example);
        }
    }

    private static void CheckExample(SchemaUnderCheck schema, JsonSchema? compiled, string pointer, JsonElement example)
    {
        var names = example.ValueKind == JsonValueKind.Object && example.TryGetProperty("$schema", out var named) ? JsonExcerpt.Of(named) : null;
        var mustName = schema.Whole.Find("properties") is { ValueKind: JsonValueKind.Object } properties && properties.TryGetProperty("$schema", out _);
        if ((names is not null || mustName) && names != $"string \"{schema.File.Uri}\"")
        {
            schema.Find(SchemaRule.ExampleSchema, $"{pointer}/$schema", $"The example's $schema is {names ?? "missing"}. Set it to '{schema.File.Uri}'.");
        }

        var violations = new List<SchemaViolation>();
        if (compiled?.Validate(example, violations) == false)
        {
            schema.Find(SchemaRule.Example, pointer, $"The example does not match the schema: {string.Join(", ", violations)}. Correct the example.");
        }
    }
}
