using System.Xml.Linq;

namespace Millrace.Infra.Tests;

/// <summary>The image, as far as it can be told without building it.</summary>
public sealed class DockerfileTests
{
    private static readonly Dockerfile Image = new(File.ReadAllText(Path.Combine(Corpus.Repository, "infra", "Dockerfile")));

    private static readonly string[] Targets = ["azure", "standalone"];

    private static readonly string[] Images = [.. Targets, "console"];

    [Fact]
    public void Its_targets_are_the_Functions_host_by_default_and_the_embedded_one()
    {
        Assert.Equal("azure", Image.Stages[^1].Name);
        Assert.Equal("mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0", Image["azure"].Base);
        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0", Image["standalone"].Base);
        Assert.Equal(["FunctionsHost=azure", "FunctionsHost=local"], Targets.Select(target => Dockerfile.Words(Image[$"publish-{target}"].All("RUN").Single()).Single(word => word.StartsWith("-p:FunctionsHost=", StringComparison.Ordinal))["-p:".Length..]));
    }

    [Fact]
    public void The_console_is_the_command_where_the_manifests_probe_it()
    {
        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0", Image["console"].Base);
        Assert.Equal(["8080"], Image["console"].All("EXPOSE"));
        Assert.Equal(["SIGTERM"], Image["console"].All("STOPSIGNAL"));
        Assert.Equal("""["dotnet", "millrace.dll", "console", "--listen", "0.0.0.0", "--port", "8080"]""", Image["console"].All("ENTRYPOINT").Single());
        Assert.Equal(["publish-console"], Image["console"].All("COPY").Select(copy => Dockerfile.Words(copy)[0]["--from=".Length..]));
    }

    [Fact]
    public void Every_project_that_the_console_is_made_of_is_copied()
    {
        var copied = Image["source"].Sources.Concat(Image["publish-console"].Sources).Where(path => path.EndsWith('/')).ToList();
        var ignored = File.ReadAllLines(Path.Combine(Corpus.Repository, ".dockerignore"));

        Assert.All(Projects("local/Local.csproj").Select(project => Path.GetRelativePath(Corpus.Repository, project).Replace('\\', '/')).Distinct(), project =>
        {
            Assert.Contains(copied, directory => project.StartsWith(directory, StringComparison.Ordinal));
            Assert.DoesNotContain(Path.GetDirectoryName(project)!.Replace('\\', '/'), ignored);
        });
    }

    [Fact]
    public void Every_stage_is_built_on_an_image_or_on_a_stage_before_it()
    {
        var known = new HashSet<string>();
        Assert.All(Image.Stages, stage =>
        {
            Assert.True(known.Contains(stage.Base) || stage.Base.StartsWith("mcr.microsoft.com/", StringComparison.Ordinal), stage.Base);
            Assert.All(stage.All("COPY").Where(copy => copy.StartsWith("--from=", StringComparison.Ordinal)), copy => Assert.Contains(Dockerfile.Words(copy)[0]["--from=".Length..], known));
            Assert.True(known.Add(stage.Name ?? $"{known.Count}"));
        });
    }

    [Fact]
    public void It_runs_as_a_user_with_a_number_who_is_not_root() => Assert.All(Images, target =>
    {
        var user = Image[target].All("USER").Single().Split(':');

        Assert.All(user, id => Assert.True(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) > 0));
    });

    [Fact]
    public void It_listens_where_the_manifests_probe_and_stops_when_it_is_told_to() => Assert.All(Targets, target =>
    {
        Assert.Equal(["8080"], Image[target].All("EXPOSE"));
        Assert.Equal(["SIGTERM"], Image[target].All("STOPSIGNAL"));
        Assert.Contains(target == "azure" ? "ASPNETCORE_URLS=http://+:8080" : "FunctionsHost__Port=8080", Image[target].All("ENV").Single(), StringComparison.Ordinal);
    });

    [Fact]
    public void What_it_copies_is_in_the_repository_and_is_not_ignored()
    {
        var allowed = File.ReadAllLines(Path.Combine(Corpus.Repository, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var copied = Image["source"].Sources.Concat(Image["publish-console"].Sources).Select(path => path.TrimEnd('/')).ToList();

        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(Corpus.Repository, path)), $"{path} is not in the repository."));
        Assert.Equal(copied.Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_that_the_app_is_made_of_is_copied()
    {
        var copied = Image["source"].Sources.Where(path => path.EndsWith('/')).ToList();
        var ignored = File.ReadAllLines(Path.Combine(Corpus.Repository, ".dockerignore"));
        var projects = Projects("functions/Functions.csproj").Select(project => Path.GetRelativePath(Corpus.Repository, project).Replace('\\', '/')).Distinct().ToList();

        Assert.Contains("local/FunctionsHost/FunctionsHost.csproj", projects);
        Assert.All(projects, project =>
        {
            Assert.Contains(copied, directory => project.StartsWith(directory, StringComparison.Ordinal));
            Assert.DoesNotContain(Path.GetDirectoryName(project)!.Replace('\\', '/'), ignored);
        });
    }

    [Fact]
    public void No_secret_and_no_setting_of_a_machine_is_in_it()
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Repository, "infra", "Dockerfile"));

        Assert.All(["password", "AccountKey", "SharedAccess", "AzureWebJobsStorage", "KAFKA_"], word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("**/local.settings.json", File.ReadAllLines(Path.Combine(Corpus.Repository, ".dockerignore")));
    }

    private static IEnumerable<string> Projects(string project)
    {
        var file = Path.GetFullPath(Path.Combine(Corpus.Repository, project));
        return XDocument.Load(file).Descendants("ProjectReference")
            .SelectMany(reference => Projects(Path.Combine(Path.GetDirectoryName(file)!, reference.Attribute("Include")!.Value)))
            .Prepend(file);
    }
}
