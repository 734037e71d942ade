using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Millrace.Architecture.Tests;

/// <summary>The workflow for those who have the public feed and containers: it parses, and names nothing that there is not.</summary>
public sealed partial class WorkflowTests
{
    private static readonly YamlMappingNode Workflow = Load();

    [Fact]
    public void Every_job_checks_out_and_runs_something() => Assert.All(Jobs(), job =>
    {
        Assert.Equal("ubuntu-24.04", ((YamlScalarNode)job["runs-on"]).Value);
        Assert.Contains(Steps(job), step => step.Children.TryGetValue("uses", out var action) && $"{action}".StartsWith("actions/checkout@", StringComparison.Ordinal));
        Assert.Contains(Steps(job), step => step.Children.ContainsKey("run"));
    });

    [Fact]
    public void Jobs_cover_both_hosts_the_tests_a_real_broker_and_the_image() =>
        Assert.Equal(["azure", "conformance", "image", "test"], ((YamlMappingNode)Workflow["jobs"]).Children.Keys.Select(name => $"{name}").Order());

    [Fact]
    public void Paths_in_commands_exist()
    {
        var paths = Jobs().SelectMany(Steps).SelectMany(step => Path().Matches(step.Children.TryGetValue("run", out var run) ? $"{run}" : "")).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(System.IO.Path.Exists(System.IO.Path.Combine(Repository.Root, path)), $"The workflow names {path}, which there is not."));
    }

    private static IEnumerable<YamlMappingNode> Jobs() => ((YamlMappingNode)Workflow["jobs"]).Children.Values.Cast<YamlMappingNode>();

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) => ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>();

    private static YamlMappingNode Load()
    {
        using var file = File.OpenText(System.IO.Path.Combine(Repository.Root, ".github", "workflows", "ci.yml"));
        var yaml = new YamlStream();
        yaml.Load(file);
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    // The image's file is another part of the repository's, and may come later than the workflow.
    [GeneratedRegex(@"(?<![\w/.-])(?:functions|tests|shared|local|\.ci)(?:/[\w.-]+)*(?![\w/.:-])|(?<![\w/.-])Functions\.sln")]
    private static partial Regex Path();
}
