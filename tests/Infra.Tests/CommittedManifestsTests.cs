using Millrace.Local;

namespace Millrace.Infra.Tests;

/// <summary>The manifests in the repository: they are what the catalogs say, and a cluster would take them.</summary>
public sealed class CommittedManifestsTests
{
    private static readonly string Overlays = Path.Combine(Corpus.Repository, "infra", "keda", "overlays");

    [Fact]
    public void They_are_what_the_catalogs_say()
    {
        var differing = new RepositoryManifests(Corpus.Repository).Compare().Where(change => change.State != ManifestState.Unchanged).ToList();

        Assert.True(differing.Count == 0, $"Run `dotnet run --project local -- manifests`: {string.Join(", ", differing.Select(change => $"{change.Path} is {change.State}"))}.");
    }

    [KedaFact]
    public void Every_overlay_renders_what_Kubernetes_and_KEDA_accept()
    {
        var keda = new KedaRules();
        var overlays = Directory.GetDirectories(Overlays);

        Assert.NotEmpty(overlays);
        Assert.All(overlays, overlay =>
        {
            var resources = Kubectl.Render(overlay);
            Assert.Empty(KubernetesRules.Problems(resources).Concat(resources.SelectMany(resource => keda.Problems(resource, resources))));
        });
    }

    [RenderFact]
    public void No_overlay_renders_a_secret() =>
        Assert.All(Directory.GetDirectories(Overlays), overlay => Assert.DoesNotContain(Kubectl.Render(overlay), resource => resource.Kind() == "Secret"));
}
