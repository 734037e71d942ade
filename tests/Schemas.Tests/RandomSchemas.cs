using FsCheck;
using FsCheck.Fluent;

namespace Millrace.Schemas.Tests;

/// <summary>Generators of small schemas, and of JSON that has a fair chance to match them: both speak of the same few names and values.</summary>
internal static class RandomSchemas
{
    private static readonly string[] Names = ["a", "b", "ab", "$schema", "meta", "stream", "dt", "ä", "a/b", "x1234567890"];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-0", "1", "1.0", "10e-1", "2", "-3", "1.5", "0.1", "1e2", "9007199254740993", "9223372036854775808", "1e400", "-1E-400",
        "\"\"", "\"a\"", "\"ab\"", "\"\\u0061\"", "\"\\u0061b\"", "\"ä\"", "\"\\ud83d\\ude00\"", "\"2026-01-31\"", "\"2026-01-31T12:00:00Z\"", "\"/a\\/b\"", "\"1.0.0\"",
    ];

    private static readonly string[] SpelledNames = ["\"a\"", "\"b\"", "\"ab\"", "\"\\u0061\"", "\"$schema\"", "\"meta\"", "\"stream\"", "\"dt\"", "\"\\u00e4\"", "\"a\\/b\"", "\"x1234567890\"", "\"other\""];

    private static readonly string[] SimpleRules =
    [
        "\"type\":\"object\"", "\"type\":\"array\"", "\"type\":\"string\"", "\"type\":\"integer\"", "\"type\":\"number\"", "\"type\":\"boolean\"", "\"type\":\"null\"",
        "\"type\":[\"string\",\"integer\",\"object\"]", "\"type\":[\"number\",\"integer\"]", "\"minimum\":1", "\"maximum\":2", "\"exclusiveMinimum\":0", "\"exclusiveMaximum\":1.5", "\"exclusiveMaximum\":2", "\"multipleOf\":1",
        "\"maximum\":9223372036854775807", "\"exclusiveMinimum\":-9223372036854775808", "\"minimum\":1e2", "\"multipleOf\":2", "\"multipleOf\":0.1", "\"minLength\":1", "\"minLength\":2", "\"maxLength\":1",
        "\"pattern\":\"^a\"", "\"pattern\":\"b$\"", "\"format\":\"date\"", "\"format\":\"date-time\"", "\"format\":\"uri-reference\"", "\"minItems\":1", "\"maxItems\":1", "\"uniqueItems\":true",
        "\"minProperties\":1", "\"maxProperties\":1", "\"required\":[\"a\"]", "\"required\":[\"b\",\"meta\"]", "\"dependencies\":{\"a\":[\"b\"]}", "\"additionalProperties\":false", "\"additionalItems\":false",
        "\"propertyNames\":{\"maxLength\":2}", "\"enum\":[1,\"a\",null]", "\"enum\":[[],{},{\"a\":1}]", "\"const\":1.0", "\"const\":\"ab\"", "\"const\":{\"a\":[]}", "\"contains\":{\"const\":1}",
        "\"patternProperties\":{\"^a\":{\"type\":\"integer\"}}", "\"patternProperties\":{\"b\":true,\"ä\":false}",
    ];

    /// <summary>A schema of a few levels; references lead back to its root.</summary>
    public static Gen<string> Schema(int depth) => Gen.Choose(0, 3)
        .SelectMany(count => Gen.ListOf(Rule(depth), count))
        .Select(rules => $"{{{string.Join(',', rules.DistinctBy(rule => rule[..rule.IndexOf(':', StringComparison.Ordinal)]))}}}");

    /// <summary>A value of a few levels. Names may repeat, escaped or not.</summary>
    public static Gen<string> Value(int depth) => depth == 0
        ? Gen.Elements(Scalars)
        : Gen.Frequency(
            (2, Gen.Elements(Scalars)),
            (2, Gen.Choose(0, 3).SelectMany(count => Gen.ListOf(Value(depth - 1), count)).Select(items => $"[{string.Join(" , ", items)}]")),
            (4, Gen.Choose(0, 4).SelectMany(count => Gen.ListOf(Field(depth), count)).Select(fields => $"{{{string.Join(",", fields)}}}")));

    private static Gen<string> Field(int depth) =>
        Gen.Elements(SpelledNames).SelectMany(name => Value(depth - 1).Select(value => $"{name}: {value}"));

    private static Gen<string> Rule(int depth) => depth == 0
        ? Gen.Elements(SimpleRules)
        : Gen.Frequency((3, Gen.Elements(SimpleRules)), (4, Nested(depth - 1)));

    private static Gen<string> Nested(int depth)
    {
        var inner = Gen.Frequency((8, Schema(depth)), (1, Gen.Elements("true", "false", "{\"$ref\":\"#\"}")));
        var within = Gen.Elements("items", "contains", "additionalProperties", "additionalItems", "propertyNames").SelectMany(keyword => inner.Select(schema => $"\"{keyword}\":{schema}"));

        // A reference to the root in place would be a loop.
        var inPlace = Gen.Elements("not", "if", "then", "else").SelectMany(keyword => Schema(depth).Select(schema => $"\"{keyword}\":{schema}"));
        var lists = Gen.Elements("allOf", "anyOf", "oneOf").SelectMany(keyword => Gen.ListOf(Schema(depth), 2).Select(schemas => $"\"{keyword}\":[{string.Join(',', schemas)}]"));
        var maps = Gen.Elements("properties", "properties", "properties", "patternProperties").SelectMany(keyword => Gen.ListOf(inner, 2)
            .SelectMany(schemas => Gen.Shuffle(Names).Select(names => $"\"{keyword}\":{{{string.Join(',', schemas.Zip(names, (schema, name) => $"\"{name}\":{schema}"))}}}")));
        var dependencies = Gen.Elements(Names).SelectMany(name => Schema(depth).Select(schema => $"\"dependencies\":{{\"{name}\":{schema}}}"));
        var tuples = Gen.ListOf(inner, 2).Select(schemas => $"\"items\":[{string.Join(',', schemas)}]");
        return Gen.Frequency((3, within), (3, maps), (2, inPlace), (2, lists), (1, dependencies), (1, tuples));
    }
}
