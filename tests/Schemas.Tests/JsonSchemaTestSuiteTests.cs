using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Schemas.Tests;

/// <summary>The required cases of the JSON Schema Test Suite for draft-07.</summary>
public sealed class JsonSchemaTestSuiteTests
{
    private const string Remotes = "http://localhost:1234/";

    public static TheoryData<string> Files()
    {
        var names = new TheoryData<string>();
        foreach (var file in Corpus.Missing is null ? Directory.GetFiles(Corpus.At("json-schema-test-suite"), "*.json") : [])
        {
            names.Add(Path.GetFileName(file));
        }

        return names;
    }

    [CorpusTheory]
    [MemberData(nameof(Files))]
    public void Every_case_has_the_answer_that_the_suite_gives(string file)
    {
        var wrong = new List<string>();
        foreach (var (name, schema, data, expected) in Cases(file))
        {
            var compiled = SchemaCompiler.Compile(new Uri("schema://suite/root"), file, schema, Remote);
            var violations = new List<SchemaViolation>();
            if (compiled.IsValid(data) != expected || compiled.Validate(data, violations) != expected || (violations.Count == 0) != expected)
            {
                wrong.Add($"{name}: expected {expected}, got {string.Join(", ", violations)}");
            }
        }

        Assert.Empty(wrong);
    }

    [CorpusTheory]
    [MemberData(nameof(Files))]
    public void Every_case_has_the_same_answer_from_the_plan_that_reads_bytes(string file)
    {
        var wrong = new List<string>();
        foreach (var (name, schema, data, expected) in Cases(file))
        {
            var compiled = SchemaCompiler.Compile(new Uri("schema://suite/root"), file, schema, Remote);
            var verdict = compiled.Plan.Check(JsonMarshal.GetRawUtf8Value(data));
            if (verdict != (expected ? PlanVerdict.Accepted : PlanVerdict.Refused))
            {
                wrong.Add($"{name}: expected {expected}, got {verdict}");
            }
        }

        Assert.Empty(wrong);
    }

    [CorpusFact]
    public void The_suite_is_whole() =>
        Assert.Equal(927, Directory.GetFiles(Corpus.At("json-schema-test-suite"), "*.json").Sum(file => Cases(Path.GetFileName(file)).Count()));

    [CorpusTheory]
    [MemberData(nameof(Files))]
    public void Every_schema_of_the_suite_matches_the_meta_schema(string file)
    {
        var meta = SchemaCompiler.Compile(new Uri(Dialect.Uri), Dialect.Uri, Dialect.MetaSchema, _ => null);
        foreach (var (name, schema, _, _) in Cases(file))
        {
            var violations = new List<SchemaViolation>();
            Assert.True(meta.Validate(schema, violations), $"{name}: {string.Join(", ", violations)}");
        }
    }

    private static IEnumerable<(string Name, JsonElement Schema, JsonElement Data, bool Valid)> Cases(string file)
    {
        var groups = JsonElement.Parse(File.ReadAllBytes(Corpus.At("json-schema-test-suite", file)));
        foreach (var group in groups.EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                yield return (
                    $"{group.GetProperty("description")}: {test.GetProperty("description")}",
                    group.GetProperty("schema"),
                    test.GetProperty("data"),
                    test.GetProperty("valid").GetBoolean());
            }
        }
    }

    private static JsonElement? Remote(Uri uri)
    {
        var path = Corpus.At("json-schema-test-suite", "remotes", uri.AbsolutePath.TrimStart('/'));
        return uri.AbsoluteUri.StartsWith(Remotes, StringComparison.Ordinal) && File.Exists(path)
            ? JsonElement.Parse(File.ReadAllBytes(path))
            : null;
    }
}
