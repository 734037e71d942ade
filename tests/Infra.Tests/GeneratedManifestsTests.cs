using System.Text.RegularExpressions;
using Millrace.Local;
using Xunit.Abstractions;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What holds for manifests of every catalog.</summary>
public sealed class GeneratedManifestsTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-manifests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [KedaFact]
    public void They_render_to_what_Kubernetes_and_KEDA_accept()
    {
        var (keda, rendered) = (new KedaRules(), 0);
        foreach (var sources in Catalogs(count: 5))
        {
            var root = Path.Combine(_directory, $"{rendered}");
            Manifests.Of(sources).WriteTo(root);
            foreach (var overlay in Directory.GetDirectories(Path.Combine(root, "overlays")))
            {
                var resources = Kubectl.Render(overlay);
                Assert.Empty(KubernetesRules.Problems(resources).Concat(resources.SelectMany(resource => keda.Problems(resource, resources))));
                rendered++;
            }
        }

        Assert.True(rendered >= 5);
    }

    [Fact]
    public void Exactly_the_stages_that_run_in_a_datacenter_are_not_paused_there() => Assert.All(Catalogs(count: 60), sources =>
    {
        var files = Manifests.Of(sources);
        foreach (var stage in sources.Catalog.Stages)
        {
            var name = KubernetesName.Of(stage.Name);
            var running = sources.Datacenters.Datacenters.Where(datacenter => files.Any(file => file.Path == $"overlays/{datacenter.Name}/{name}.yaml") && files.Document($"overlays/{datacenter.Name}/{name}.yaml").At("metadata.annotations") is null);
            Assert.Equal(sources.Datacenters.Running(stage), running);
        }
    });

    [Fact]
    public void Every_overlay_names_its_own_brokers_and_no_others() => Assert.All(Catalogs(count: 60), sources =>
    {
        var files = Manifests.Of(sources);
        foreach (var datacenter in sources.Datacenters.Datacenters)
        {
            var own = string.Join('\n', files.Where(file => file.Path.StartsWith($"overlays/{datacenter.Name}/", StringComparison.Ordinal)).Select(file => file.Content));
            Assert.All(sources.Datacenters.Datacenters.Where(other => other != datacenter), other => Assert.DoesNotContain($".{other.Name}.example", own, StringComparison.Ordinal));
            Assert.DoesNotContain($".{datacenter.Name}.example", string.Concat(files.Where(file => file.Path.StartsWith("base/", StringComparison.Ordinal)).Select(file => file.Content)), StringComparison.Ordinal);
        }
    });

    [Fact]
    public void KEDA_looks_at_no_topic_that_the_stage_does_not_read_and_misses_none_that_its_triggers_choose() => Assert.All(Catalogs(count: 60), sources =>
    {
        var files = Manifests.Of(sources);
        foreach (var (stage, datacenter) in sources.Catalog.Stages.SelectMany(stage => sources.Datacenters.Running(stage).Select(datacenter => (stage, datacenter))))
        {
            var settings = sources.TriggerSettings(stage, datacenter).Values;
            var chosen = stage.InputTopics.Append(stage.ReplayTopic).Where(topic => settings.Any(setting => setting[0] == '^' ? Regex.IsMatch(topic, setting) : setting == topic));
            Assert.Equal(chosen, files.Document($"overlays/{datacenter.Name}/{KubernetesName.Of(stage.Name)}.yaml").Items("spec.triggers").Select(trigger => trigger.Text("metadata.topic")));
        }
    });

    [Fact]
    public void Every_file_is_YAML_that_says_where_it_comes_from_and_is_the_same_each_time() => Assert.All(Catalogs(count: 20), sources =>
    {
        var files = Manifests.Of(sources);

        Assert.All(files, file => Assert.StartsWith(ManifestFile.Mark, file.Content, StringComparison.Ordinal));
        Assert.All(files, file => Assert.IsType<YamlMappingNode>(Yaml.Read(file.Content).Single()));
        Assert.Equal(files, Manifests.Of(sources));
        Assert.Equal(files.Count, files.Select(file => file.Path).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    });

    private IEnumerable<ManifestSources> Catalogs(int count)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), out var given) ? given : 20261123;
        output.WriteLine($"MILLRACE_SEED={seed}");
        var catalogs = new RandomCatalog(seed);
        for (var made = 0; made < count; made++)
        {
            var (stages, streams, datacenters) = catalogs.Next();
            yield return SomeManifests.Sources(stages, streams, datacenters, SomeManifests.AllFunctions);
        }
    }
}
