using System.Diagnostics;
using System.Text.Json;

namespace Millrace.Architecture.Tests;

/// <summary>What a build against the real Functions worker refers to, and a plain one does not. Projects are evaluated, not restored.</summary>
public sealed class AzureBuildTests
{
    private static readonly Dictionary<string, string> Worker = new()
    {
        ["Microsoft.Azure.Functions.Worker"] = "2.52.0",
        ["Microsoft.Azure.Functions.Worker.Sdk"] = "2.1.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Abstractions"] = "1.3.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore"] = "2.1.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Kafka"] = "4.3.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Timer"] = "4.3.1",
    };

    [Theory]
    [InlineData("functions/Functions.csproj")]
    [InlineData("tests/FunctionsHost.App/FunctionsHost.App.csproj")]
    public async Task The_azure_build_refers_to_the_workers_packages_at_versions_that_fit_and_to_no_stand_in(string project)
    {
        var build = await EvaluateAsync(project, "azure");

        Assert.Equal(Worker.Keys.Order(), build.Packages.Where(IsWorker).Order());
        Assert.All(Worker, package => Assert.Equal(package.Value, build.Versions[package.Key]));
        Assert.DoesNotContain(build.Projects, reference => reference.Contains("FunctionsHost", StringComparison.Ordinal));
        Assert.Equal(("v4", "Exe", "false"), (build.Property("AzureFunctionsVersion"), build.Property("OutputType"), build.Property("RestoreLockedMode")));
        // The committed lock file is that of a plain build.
        Assert.EndsWith("/obj/packages.azure.lock.json", build.Property("NuGetLockFilePath"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("functions/Functions.csproj")]
    [InlineData("tests/FunctionsHost.App/FunctionsHost.App.csproj")]
    public async Task A_plain_build_names_none_of_them(string project)
    {
        var build = await EvaluateAsync(project, "");

        Assert.DoesNotContain(build.Packages, IsWorker);
        Assert.DoesNotContain(build.Versions.Keys, IsWorker);
        Assert.Contains(build.Projects, reference => reference.EndsWith("local/FunctionsHost/FunctionsHost.csproj", StringComparison.Ordinal));
        Assert.Equal("", build.Property("NuGetLockFilePath"));
    }

    [Fact]
    public void No_lock_file_names_them() =>
        Assert.All(Repository.Files("packages.lock.json"), file => Assert.DoesNotContain("Microsoft.Azure.Functions", File.ReadAllText(file), StringComparison.Ordinal));

    [Fact]
    public async Task Another_host_is_refused()
    {
        var (exitCode, output) = await MsBuildAsync("functions/Functions.csproj", "aws", "-t:CheckFunctionsHost");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("FunctionsHost is 'aws'; allowed is local (the stand-in, the default) or azure (the real Functions worker).", output, StringComparison.Ordinal);
    }

    private static bool IsWorker(string package) => package.StartsWith("Microsoft.Azure.Functions", StringComparison.Ordinal);

    private static async Task<Evaluation> EvaluateAsync(string project, string host)
    {
        var (exitCode, output) = await MsBuildAsync(
            project, host, "-getItem:PackageReference,PackageVersion,ProjectReference", "-getProperty:AzureFunctionsVersion,OutputType,RestoreLockedMode,NuGetLockFilePath");
        Assert.True(exitCode == 0, output);
        return new Evaluation(JsonElement.Parse(output));
    }

    private static async Task<(int ExitCode, string Output)> MsBuildAsync(string project, string host, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(Repository.Root, project), "-nologo", "-nodeReuse:false", .. arguments]) { RedirectStandardOutput = true };
        // Of the tests' own environment nothing may decide.
        foreach (var name in (string[])["MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "CI"])
        {
            start.Environment.Remove(name);
        }

        start.Environment["FunctionsHost"] = host;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    private sealed class Evaluation(JsonElement json)
    {
        public List<string> Packages { get; } = Items(json, "PackageReference");

        public List<string> Projects { get; } = Items(json, "ProjectReference");

        public Dictionary<string, string> Versions { get; } = json.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .ToDictionary(item => item.GetProperty("Identity").GetString()!, item => item.GetProperty("Version").GetString()!);

        public string? Property(string name) => json.GetProperty("Properties").GetProperty(name).GetString();

        private static List<string> Items(JsonElement json, string type) =>
            [.. json.GetProperty("Items").GetProperty(type).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }
}
