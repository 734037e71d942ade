using System.CommandLine;
using System.Net;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local.Tests;

public sealed class KubernetesDatacenterTests : IAsyncLifetime
{
    private const string Annotation = "autoscaling.keda.sh/paused-replicas";
    private static readonly DatacenterDefinition Eqiad = DatacenterCatalog.Parse("""{ "datacenters": { "eqiad": { "kafkaCluster": "c", "bootstrapServers": "127.0.0.1:9" } } }"""u8.ToArray()).Get("eqiad");

    private FakeKubernetes _kubernetes = null!;

    public async Task InitializeAsync() => _kubernetes = await FakeKubernetes.StartAsync();

    public async Task DisposeAsync() => await _kubernetes.DisposeAsync();

    [Fact]
    public async Task A_stage_is_paused_by_an_annotation_of_its_ScaledObject_and_resumed_by_taking_it_away()
    {
        _kubernetes.Deploy("page-content-change", ["Running"], """{ "owner": "us" }""");
        using var datacenter = Open();

        await datacenter.PauseAsync("PageContentChange", CancellationToken.None);
        var paused = _kubernetes.ScaledObjects["page-content-change"]["metadata"]!["annotations"]!.ToJsonString();
        await datacenter.ResumeAsync("PageContentChange", CancellationToken.None);
        await datacenter.ResumeAsync("PageContentChange", CancellationToken.None);

        Assert.Equal($$"""{"owner":"us","{{Annotation}}":"0"}""", paused);
        Assert.Equal("""{"owner":"us"}""", _kubernetes.ScaledObjects["page-content-change"]["metadata"]!["annotations"]!.ToJsonString());
    }

    [Fact]
    public async Task Pods_that_are_about_to_end_are_replicas_and_those_that_have_ended_are_not()
    {
        _kubernetes.Deploy("page-change", ["Running", "Pending", "Succeeded", "Failed"], $$"""{ "{{Annotation}}": "0" }""");
        using var datacenter = Open();

        Assert.Equal(new StageState(IsPaused: true, Replicas: 2), await datacenter.ReadAsync("PageChange", CancellationToken.None));
    }

    [Fact]
    public async Task A_stage_without_the_annotation_is_not_paused_even_if_it_has_no_replica()
    {
        _kubernetes.Deploy("page-change", []);
        using var datacenter = Open();

        Assert.Equal(new StageState(IsPaused: false, Replicas: 0), await datacenter.ReadAsync("PageChange", CancellationToken.None));
    }

    [Fact]
    public async Task A_stage_that_is_not_deployed_is_named()
    {
        using var datacenter = Open();

        var refusal = await Assert.ThrowsAsync<FailoverException>(() => datacenter.PauseAsync("PageChange", CancellationToken.None));

        Assert.Equal("Kubernetes in eqiad has no ScaledObject or no Deployment 'page-change' in namespace 'millrace': apply the manifests of that datacenter first.", refusal.Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, false)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    public async Task A_refusal_is_none_of_an_unreachable_datacenter(HttpStatusCode status, bool isUnreachable)
    {
        _kubernetes.Deploy("page-change", []);
        _kubernetes.Refusal = status;
        using var datacenter = Open();

        var refusal = await Assert.ThrowsAnyAsync<FailoverException>(() => datacenter.ReadAsync("PageChange", CancellationToken.None));

        Assert.Equal(isUnreachable, refusal is UnreachableException);
    }

    [Fact]
    public async Task A_server_that_is_away_is_unreachable()
    {
        using var datacenter = Open();
        await _kubernetes.DisposeAsync();

        await Assert.ThrowsAsync<UnreachableException>(() => datacenter.ReadAsync("PageChange", CancellationToken.None));
        _kubernetes = await FakeKubernetes.StartAsync();
    }

    [Fact]
    public void A_context_that_is_missing_is_named()
    {
        var codfw = DatacenterCatalog.Parse("""{ "datacenters": { "codfw": { "kafkaCluster": "c", "bootstrapServers": "x", "kubernetesContext": "nope" } } }"""u8.ToArray()).Get("codfw");

        Assert.StartsWith("Datacenter codfw has the Kubernetes context 'nope', which cannot be used:", Assert.Throws<FailoverException>(() => KubernetesDatacenter.Open(codfw, _kubernetes.Kubeconfig)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_moves_from_one_cluster_of_Kubernetes_to_another()
    {
        await using var two = new TwoClusters(shared: true);
        await using var other = await FakeKubernetes.StartAsync();
        _kubernetes.Deploy("test", ["Running", "Running"]);
        other.Deploy("test", [], $$"""{ "{{Annotation}}": "0" }""");
        using IDatacenter eqiad = KubernetesDatacenter.Open(two.Catalog.Get("eqiad"), _kubernetes.Kubeconfig);
        var codfwDefinition = two.Catalog.Get("codfw");
        codfwDefinition.KubernetesContext = "eqiad";
        using IDatacenter codfw = KubernetesDatacenter.Open(codfwDefinition, other.Kubeconfig);

        await new Failover(two.Stages, [eqiad, codfw], new FailoverOptions(), two.Log, TimeProvider.System).RunAsync(null, "codfw", CancellationToken.None);

        Assert.Empty(two.Log.Left);
        Assert.Equal((true, 0), (await State(eqiad), _kubernetes.Pods["test"].Length));
        Assert.Equal((false, 1), (await State(codfw), other.Pods["test"].Length));
    }

    [Theory]
    [InlineData("Give either --stage NAME, or --all.", "--to", "eqiad")]
    [InlineData("--to is 'esams'; allowed is eqiad, or all.", "--all", "--to", "esams")]
    [InlineData("--overlap is '5'; allowed is 00:00:00 to 1.00:00:00.", "--all", "--to", "eqiad", "--overlap", "5")]
    [InlineData("--since is 'yesterday'; allowed is a time such as 2026-01-31T12:00:00Z.", "--all", "--to", "eqiad", "--since", "yesterday")]
    [InlineData("--kafka-setting cannot be used: No such configuration property", "--all", "--to", "eqiad", "--kafka-setting", "nonsense=1")]
    [InlineData("The catalog has no stage 'Nope'; it has", "--stage", "Nope", "--to", "eqiad")]
    [InlineData("'absent.json' is no file; --datacenters names the file of datacenters.", "--all", "--to", "eqiad", "--datacenters", "absent.json")]
    public async Task What_the_command_cannot_use_is_refused(string message, params string[] arguments)
    {
        var file = Path.Combine(Path.GetDirectoryName(_kubernetes.Kubeconfig)!, "datacenters.json");
        await File.WriteAllTextAsync(file, """{ "datacenters": { "eqiad": { "kafkaCluster": "c", "bootstrapServers": "127.0.0.1:9" } } }""");
        string[] all = [.. arguments, .. arguments.Contains("--datacenters") ? [] : (string[])["--datacenters", file], "--kubeconfig", _kubernetes.Kubeconfig, "--json"];

        var (exitCode, output) = await RunAsync(all);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(message, JsonElement.Parse(output).GetProperty("refusal").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(int, string)> RunAsync(string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var exitCode = await FailoverCommand.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString());
    }

    private static async Task<bool> State(IDatacenter datacenter) => (await datacenter.ReadAsync("Test", CancellationToken.None)).IsPaused;

    private KubernetesDatacenter Open() => KubernetesDatacenter.Open(Eqiad, _kubernetes.Kubeconfig);
}
