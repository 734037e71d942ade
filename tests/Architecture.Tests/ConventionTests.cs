using System.Text.RegularExpressions;

namespace Millrace.Architecture.Tests;

public sealed partial class ConventionTests
{
    // Beside the triggers themselves: the program, the borders where a host's records become the platform's, and its settings the host's, and what writes triggers.
    private static readonly string[] MayNameTheHost = ["functions/Program.cs", "functions/KafkaRecordExtensions.cs", "functions/TriggerSecurity.cs", "functions/Generator/StageSource.cs"];

    private static readonly string[] VagueEndings = ["Manager", "Helper", "Util", "Utils", "Processor", "Handler", "Message", "Data", "Info"];

    // Names in the stand-in's API are the real worker's.
    public static TheoryData<string> Sources => [.. Repository.Files("*.cs").Select(Repository.Name)
        .Where(file => !file.StartsWith("tests/", StringComparison.Ordinal) && !file.StartsWith("local/FunctionsHost/Api/", StringComparison.Ordinal))];

    [Fact]
    public void Only_triggers_and_the_program_name_types_of_the_functions_host()
    {
        var naming = Repository.Files("*.cs").Select(Repository.Name)
            .Where(file => !file.StartsWith("local/FunctionsHost/", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal))
            .Where(file => Text(file).Contains("Microsoft.Azure.Functions", StringComparison.Ordinal))
            .Except(MayNameTheHost);

        Assert.All(naming, file => Assert.Matches(@"\[Function\(nameof\(\w+\)\)\]", Text(file)));
    }

    [Fact]
    public void No_stage_names_a_stream_or_a_topic()
    {
        var catalog = Repository.Files("stage.json", "functions").Select(Repository.Name).Append("functions/streams.json");
        var streams = catalog.SelectMany(file => StreamName().Matches(Text(file))).Select(match => match.Groups[1].Value).Where(name => name.Contains('.')).ToList();

        Assert.NotEmpty(streams);
        Assert.All(Repository.Files("*.cs", "functions").Concat(Repository.Files("*.cs", "shared")), file =>
            Assert.DoesNotContain(streams, stream => File.ReadAllText(file).Contains($"\"{stream}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void No_type_has_a_name_that_says_nothing(string file) =>
        Assert.DoesNotContain(TypeName().Matches(Text(file)).Select(match => match.Groups[1].Value), type => VagueEndings.Any(ending => type.EndsWith(ending, StringComparison.Ordinal)));

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    [GeneratedRegex("^    \"([^\"]+)\": \\{", RegexOptions.Multiline)]
    private static partial Regex StreamName();

    [GeneratedRegex(@"^\s*(?:public|internal|private)[\w\s]*\b(?:class|record|struct|interface|enum)\s+(?:struct\s+)?(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();
}
