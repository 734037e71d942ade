using System.Text;
using System.Text.RegularExpressions;
using Millrace.Core;
using Millrace.Generator;
using Millrace.Hosting;

namespace Millrace.OpenApi.Tests;

/// <summary>What the build writes for an entry is what people write by hand.</summary>
public sealed partial class StageSourceTests
{
    private const string Lookup = "\"lookup\": { \"document\": \"Any/any.openapi.json\", \"operation\": \"ask\", \"into\": \"/answer\" }, \"outputs\": { \"out\": \"/out/1.0.0\" }";

    [Theory]
    [InlineData("ToHttp", """{ "connector": "http", "inputs": ["in", "more"] }""")]
    [InlineData("PageChange", """{ "inputs": ["in", "more"], LOOKUP }""")]
    [InlineData("PageContentChange", """{ "inputs": ["in"], LOOKUP }""")]
    public void A_trigger_is_as_those_that_are_written_by_hand(string stage, string entry)
    {
        var catalog = Catalog($$"""{ "{{stage}}": {{entry.Replace("LOOKUP", Lookup, StringComparison.Ordinal)}} }""");
        var written = StageSource.For(catalog, _ => false)[stage];
        var byHand = File.ReadAllText(Path.Combine(Corpus.Repository, "functions", stage, $"{stage}.cs"));
        var besideIt = StageSource.For(catalog, name => name == stage).GetValueOrDefault($"{stage}Replay", "");

        Assert.Equal(Functions(byHand + besideIt), Functions(written));
        Assert.NotEmpty(Functions(written));
    }

    [Fact]
    public void A_lookup_has_a_class_its_settings_and_one_function_for_each_input_and_for_replays()
    {
        var source = Generate($$"""{ "Rated": { "inputs": ["in", "more"], {{Lookup}} } }""")["Rated"];

        Assert.Contains("public sealed class Rated(Millrace.OpenApi.OpenApiLookups lookups, RatedSettings settings) : Millrace.OpenApi.OpenApiEnrichment(lookups, settings);", source, StringComparison.Ordinal);
        Assert.Contains("public sealed class RatedSettings : Millrace.OpenApi.OpenApiSettings;", source, StringComparison.Ordinal);
        Assert.Equal(["Rated %Stages:Rated:Topics:0%", "Rated_1 %Stages:Rated:Topics:1%", "Rated_replay %Stages:Rated:Replay%"], Functions(source).Select(NameAndTopics));
    }

    [Fact]
    public void A_pattern_of_streams_is_as_many_inputs() =>
        Assert.Equal(2 + 1, Functions(Generate($$"""{ "Rated": { "inputs": ["more*"], {{Lookup}} } }""")["Rated"]).Count);

    [Fact]
    public void A_second_connector_is_an_entry_and_has_one_function_for_all_inputs_and_one_for_replays()
    {
        var source = Generate("""{ "ToPostgres": { "connector": "postgres", "inputs": ["in"] }, "PageState": { "connector": "postgres", "inputs": ["in", "more"] } }""")["PageState"];

        Assert.Contains("public sealed class PageState : Millrace.Core.Connector;", source, StringComparison.Ordinal);
        Assert.Equal(["PageState %Stages:PageState:Topics%", "PageState_replay %Stages:PageState:Replay%"], Functions(source).Select(NameAndTopics));
    }

    [Fact]
    public void A_stage_with_a_class_or_without_a_declaration_is_given_its_replays_alone()
    {
        var written = StageSource.For(Catalog($$"""{ "Rated": { "inputs": ["in"], {{Lookup}} }, "Other": { "inputs": ["in"] } }"""), name => name == "Rated");

        Assert.Equal(["Rated_replay %Stages:Rated:Replay%", "Other_replay %Stages:Other:Replay%"], written.Values.SelectMany(Functions).Select(NameAndTopics));
        Assert.Equal(["RatedReplay", "OtherReplay"], written.Keys);
    }

    [Fact]
    public void A_connector_with_a_class_has_its_replays_there() =>
        Assert.Empty(StageSource.For(Catalog("""{ "ToHttp": { "connector": "http", "inputs": ["in"] } }"""), name => name == "ToHttp"));

    [Theory]
    [InlineData("page-state")]
    [InlineData("pageState")]
    [InlineData("Page.State")]
    [InlineData("7Pages")]
    public void A_name_that_no_class_can_have_is_refused(string name)
    {
        var refusal = Assert.Throws<CatalogException>(() => Generate($$"""{ "{{name}}": { "connector": "postgres", "inputs": ["in"] } }"""));

        Assert.StartsWith($"stages.{name}: '{name}' cannot be the name of a class", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_the_catalog_cannot_leave_the_comment_that_they_stand_in()
    {
        var source = Generate("""{ "Rated": { "inputs": ["in"], "lookup": { "document": "https://x.example/a\nclass", "operation": "</c>\n}\rclass Evil {", "into": "/a" }, "outputs": { "out": "/out/1.0.0" } } }""")["Rated"];

        Assert.DoesNotContain(source.Split('\n'), line => line.TrimStart().StartsWith("class", StringComparison.Ordinal) || line.TrimStart().StartsWith('}') && line.Contains("Evil", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_are_written_when_they_change_and_removed_with_their_entry()
    {
        var directory = Directory.CreateTempSubdirectory("millrace-generated-").FullName;
        var (kept, gone) = (Path.Combine(directory, "Kept.g.cs"), Path.Combine(directory, "Gone.g.cs"));
        GeneratedFiles.Write(directory, new Dictionary<string, string> { ["Kept"] = "a", ["Gone"] = "b" });
        File.SetLastWriteTimeUtc(kept, DateTime.UnixEpoch);

        GeneratedFiles.Write(directory, new Dictionary<string, string> { ["Kept"] = "a" });

        Assert.Equal((DateTime.UnixEpoch, false), (File.GetLastWriteTimeUtc(kept), File.Exists(gone)));
        GeneratedFiles.Write(directory, new Dictionary<string, string> { ["Kept"] = "c" });
        Assert.Equal("c", File.ReadAllText(kept));
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("PageState/stage.json", """{ "stages": { "PageState": { "connector": "postgres", "inputs": ["none"] } } }""", "PageState/stage.json.stages.PageState.inputs: there is no stream 'none'")]
    [InlineData("stages.json", """{ "stages": { "a-b": { "connector": "postgres", "inputs": ["in"] } } }""", "stages.a-b: 'a-b' cannot be the name of a class")]
    [InlineData("streams.json", "nonsense", "streams.json is no JSON")]
    public void An_error_of_the_build_names_the_file(string file, string content, string message)
    {
        var directory = Directory.CreateTempSubdirectory("millrace-sources-").FullName;
        File.WriteAllText(Path.Combine(directory, "streams.json"), """{ "streams": { "in": { "schema_title": "in" } } }""");
        File.WriteAllText(Path.Combine(directory, "stages.json"), """{ "stages": {} }""");
        Directory.CreateDirectory(Path.Combine(directory, "PageState"));
        File.WriteAllText(Path.Combine(directory, file), content);
        var (before, error) = (Console.Error, new StringWriter());
        Console.SetError(error);

        var exitCode = Generator.Program.Main([directory, Path.Combine(directory, "out")]);

        Console.SetError(before);
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{Path.Combine(directory, file)} : error MILLRACE1: {message}", error.ToString(), StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    private static IReadOnlyDictionary<string, string> Generate(string stages) => StageSource.For(Catalog(stages), _ => false);

    private static StageCatalog Catalog(string stages) => StageCatalog.Parse([
        new CatalogFile("streams.json", """{ "streams": { "in": { "schema_title": "in" }, "more": { "schema_title": "in" }, "more.b": { "schema_title": "in" }, "out": { "schema_title": "out" } } }"""u8.ToArray()),
        new CatalogFile("stages.json", Encoding.UTF8.GetBytes($$"""{ "stages": {{stages}} }"""))]);

    // The functions of a source: name, topics, and all else that a trigger says, whatever its method is called.
    private static List<string> Functions(string source) => [.. Function().Matches(source.Replace("StageFunctions.ReplaySuffix", $"\"{StageFunctions.ReplaySuffix}\"", StringComparison.Ordinal)).Select(match => Name().Replace(
        $"{match.Groups["name"].Value} {match.Groups["topics"].Value} {Space().Replace(match.Groups["rest"].Value, " ")}", "\"$1$2\"").Replace("\"", "", StringComparison.Ordinal))];

    private static string NameAndTopics(string function) => string.Join(' ', function.Split(' ')[..2]);

    [GeneratedRegex("""\[Function\((?<name>[^)]*\)?[^)]*)\)\]\s+public Task \w+\(\s+\[KafkaTrigger\("%KAFKA_BOOTSTRAP_SERVERS%", "(?<topics>[^"]+)", (?<rest>.*?;)""", RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex("""nameof\((\w+)\)(?: \+ "(_\w+)")?""")]
    private static partial Regex Name();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
