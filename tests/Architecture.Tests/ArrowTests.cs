namespace Millrace.Architecture.Tests;

/// <summary>The arrows between projects, which never point back.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["shared/Core"] = [],
        ["shared/Schemas"] = ["shared/Core"],
        ["shared/Kafka"] = ["shared/Core"],
        ["shared/Lookups"] = ["shared/Core"],
        ["shared/Connectors"] = ["shared/Core", "shared/Schemas", "shared/Lookups", "shared/Hosting"],
        ["shared/Testing"] = ["shared/Core", "shared/Lookups", "shared/Hosting"],
        ["shared/Hosting"] = ["shared/Core", "shared/Schemas", "shared/Kafka", "shared/Lookups"],
        ["shared/Canaries"] = ["shared/Core", "shared/Schemas", "shared/Kafka", "shared/Hosting"],
        ["shared/Serving"] = ["shared/Core", "shared/Kafka", "shared/Hosting"],
        ["shared/Intake"] = ["shared/Core", "shared/Schemas", "shared/Kafka", "shared/Hosting"],
        ["shared/OpenApi"] = ["shared/Core", "shared/Schemas", "shared/Lookups", "shared/Hosting"],
        ["shared/Telemetry"] = ["shared/Core", "shared/Kafka", "shared/Hosting"],
        ["functions/Generator"] = ["shared/Core", "shared/Hosting"],
        ["local/Broker"] = [],
        ["local/FunctionsHost"] = [],
        ["functions"] = ["shared/Core", "shared/Lookups", "shared/Connectors", "shared/Hosting", "shared/Intake", "shared/OpenApi", "shared/Canaries", "shared/Serving", "shared/Telemetry", "functions/Generator", "local/FunctionsHost"],
        ["local"] = ["functions", "shared/Core", "shared/Schemas", "shared/Kafka", "shared/Lookups", "shared/Connectors", "shared/Hosting", "shared/OpenApi", "shared/Testing", "local/Broker", "local/FunctionsHost"],
    };

    public static TheoryData<string> Projects => [.. Repository.Projects.Keys.Where(project => !project.StartsWith("tests/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_that_stand_before_it(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the architecture yet: add it here, with what it may refer to.");

        Assert.Empty(Repository.ReferencesOf(project).Except(Allowed[project]));
    }

    [Fact]
    public void Every_place_in_the_architecture_has_a_project() => Assert.Empty(Allowed.Keys.Except(Repository.Projects.Keys));

    [Fact]
    public void Core_needs_nothing_but_the_base_class_library_and_logging_abstractions() =>
        Assert.Equal(["Microsoft.Extensions.Logging.Abstractions"], Repository.PackagesOf("shared/Core"));

    [Fact]
    public void Nothing_but_tests_refers_to_tests() =>
        Assert.DoesNotContain(Repository.Projects.Keys, project => !project.StartsWith("tests/", StringComparison.Ordinal)
            && Repository.ReferencesOf(project).Any(reference => reference.StartsWith("tests/", StringComparison.Ordinal)));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Functions.sln")).Replace('\\', '/');

        Assert.All(Repository.Files("*.csproj"), file => Assert.Contains($"\"{Repository.Name(file)}\"", solution, StringComparison.Ordinal));
    }
}
