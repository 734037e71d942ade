using System.Text.Json;

namespace Millrace.Local.Tests;

public sealed class SchemaCommandTests : IDisposable
{
    private const string Source = """
        title: page/visit
        $id: /page/visit/1.0.0
        $schema: http://json-schema.org/draft-07/schema#
        type: object
        properties:
          $schema: { type: string }
          count: { $ref: "#/definitions/count" }
        definitions:
          count: { type: integer }
        examples:
          - { $schema: /page/visit/1.0.0, count: 1 }
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("millrace-schema-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Check_tells_each_finding_on_a_line_of_its_own_and_ends_with_a_summary()
    {
        With("page/visit/1.0.0.yaml", Source.Replace("  count:", "  size: { type: integer }\n  count:", StringComparison.Ordinal));

        var run = SchemaVerb.Run("check", _root);

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((1, 3), (run.ExitCode, lines.Length));
        Assert.StartsWith("warning  integer-bounds  page/visit/1.0.0.yaml#/properties/size        The integer", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("error    materialised    page/visit/1.0.0.yaml#/properties/count/$ref  A released", lines[1], StringComparison.Ordinal);
        Assert.Equal("1 schema: 1 error, 1 warning.", lines[2]);
    }

    [Fact]
    public void Check_as_json_has_file_pointer_rule_severity_and_sentence()
    {
        With("page/visit/1.0.0.yaml", Source);

        var (exitCode, output) = SchemaVerb.RunJson("check", _root);

        Assert.Equal(1, exitCode);
        Assert.Equal((1, 1), (output.GetProperty("schemas").GetInt32(), output.GetProperty("errors").GetInt32()));
        var finding = output.GetProperty("findings")[0];
        Assert.Equal(
            ("page/visit/1.0.0.yaml", "/properties/count/$ref", "materialised", "error"),
            (finding.GetProperty("file").GetString(), finding.GetProperty("pointer").GetString(), finding.GetProperty("rule").GetString(), finding.GetProperty("severity").GetString()));
        Assert.Contains("millrace schema materialise", finding.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_with_warnings_alone_ends_well()
    {
        With("page/visit/1.0.0.yaml", Source.Replace("{ $ref: \"#/definitions/count\" }", "{ type: integer }", StringComparison.Ordinal).Replace("definitions:\n  count: { type: integer }\n", "", StringComparison.Ordinal));

        var run = SchemaVerb.Run("check", _root);

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("1 schema: 0 errors, 1 warning.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_with_compat_compares_versions()
    {
        With("a/1.0.0.yaml", "title: a\n$id: /a/1.0.0\n$schema: http://json-schema.org/draft-07/schema#\ntype: object\nproperties: { a: { type: string } }\n");
        With("a/1.1.0.yaml", "title: a\n$id: /a/1.1.0\n$schema: http://json-schema.org/draft-07/schema#\ntype: object\nproperties: { b: { type: string } }\n");

        Assert.Equal(0, SchemaVerb.Run("check", _root).ExitCode);
        Assert.Equal(1, SchemaVerb.Run("check", _root, "--compat").ExitCode);
    }

    [Fact]
    public void Check_of_a_directory_without_schemas_is_refused_with_what_to_do()
    {
        var run = SchemaVerb.Run("check", _root);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"millrace: '{_root}' has no schema; name the directory", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "absent")]
    [InlineData("materialise", "absent")]
    [InlineData("diff", "absent.json", "absent.yaml")]
    [InlineData("diff", "/page/visit/1.0.0", "/page/visit/1.1.0")]
    [InlineData("diff", "/page/visit/1.0.0", "/page/visit/1.1.0", "--repository", "absent")]
    [InlineData("from-type", "Visit", "--assembly", "absent.dll")]
    public void What_is_not_there_is_refused_by_its_name_with_exit_code_2(params string[] arguments)
    {
        var run = SchemaVerb.Run(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("millrace: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(arguments.Contains("absent") ? "absent" : arguments[^1].Contains("absent", StringComparison.Ordinal) ? "absent" : "/page/visit/1.0.0", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_tells_path_place_and_reason()
    {
        With("old.json", """{ "properties": { "a": { "type": "string" } } }""");
        With("new.json", """{ "properties": { "a": { "type": "string", "maxLength": 3 }, "b": {} } }""");

        var run = SchemaVerb.Run("diff", At("old.json"), At("new.json"));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("incompatible  .a  /properties/a/maxLength  maxLength 3 was added: a new constraint", run.Output, StringComparison.Ordinal);
        Assert.Contains("compatible    .b  /properties/b            a field was added\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("Incompatible: 1 of 2 changes. Take them back, or raise the major version.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_of_compatible_versions_ends_well()
    {
        With("a/1.0.0.json", """{ "description": "a" }""");
        With("a/1.1.0.json", """{ "description": "b" }""");

        var (exitCode, output) = SchemaVerb.RunJson("diff", "/a/1.0.0", "/a/1.1.0", "--repository", _root);

        Assert.Equal((0, true), (exitCode, output.GetProperty("compatible").GetBoolean()));
        Assert.Equal("/description", output.GetProperty("changes")[0].GetProperty("pointer").GetString());
        Assert.Equal("No change.\n", SchemaVerb.Run("diff", At("a/1.0.0.json"), At("a/1.0.0.json")).Output);
    }

    [Fact]
    public void Materialise_of_a_file_prints_the_version_and_writes_nothing()
    {
        With("page/visit/current.yaml", Source);

        var run = SchemaVerb.Run("materialise", At("page/visit/current.yaml"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(9007199254740991, JsonElement.Parse(run.Output).GetProperty("properties").GetProperty("count").GetProperty("maximum").GetInt64());
        Assert.Equal(["current.yaml"], Directory.GetFiles(At("page/visit")).Select(Path.GetFileName));
    }

    [Fact]
    public void Materialise_of_a_directory_tells_what_would_be_written_and_writes_it_when_told()
    {
        With("page/visit/current.yaml", Source);

        var plan = SchemaVerb.Run("materialise", _root);
        Assert.StartsWith("new  page/visit/current.yaml  page/visit/1.0.0.json, page/visit/1.0.0.yaml\n", plan.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(At("page/visit")));

        Assert.Equal(0, SchemaVerb.Run("materialise", _root, "--write").ExitCode);
        Assert.Equal(0, SchemaVerb.Run("check", _root, "--compat").ExitCode);
        Assert.EndsWith("1 source: 0 to release with --write, 1 unchanged, 0 refused.\n", SchemaVerb.Run("materialise", _root).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Materialise_refuses_to_change_a_released_version_and_goes_on_with_the_others()
    {
        With("page/visit/current.yaml", Source);
        With("page/visit/1.0.0.yaml", "title: page/visit");
        With("page/view/current.yaml", Source.Replace("page/visit", "page/view", StringComparison.Ordinal));

        var (exitCode, output) = SchemaVerb.RunJson("materialise", _root, "--write");

        Assert.Equal(1, exitCode);
        Assert.Equal([("page/view/current.yaml", "released"), ("page/visit/current.yaml", "refused")],
            output.GetProperty("sources").EnumerateArray().Select(source => (source.GetProperty("source").GetString()!, source.GetProperty("state").GetString()!)));
        Assert.Equal("title: page/visit", File.ReadAllText(At("page/visit/1.0.0.yaml")));
        Assert.True(File.Exists(At("page/view/1.0.0.json")));
    }

    [Theory]
    [InlineData("check", "--compat", "union-type")]
    [InlineData("diff", "--repository", "tightened")]
    [InlineData("materialise", "--write", "never written again")]
    [InlineData("from-type", "--assembly", "snake_case")]
    public void Help_tells_options_examples_and_exit_codes(string verb, string option, string word)
    {
        var run = SchemaVerb.Run(verb, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])[option, word, "Examples:", $"millrace schema {verb}", "Exit codes:"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [CorpusFact]
    public void A_repository_in_use_is_checked_to_its_end()
    {
        var run = SchemaVerb.Run("check", Corpus.At("wikimedia", "schemas"));

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("98 schemas: 24 errors, 4 warnings.\n", run.Output, StringComparison.Ordinal);
    }

    private string At(string path) => Path.Combine(_root, path);

    private void With(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), content);
    }
}
