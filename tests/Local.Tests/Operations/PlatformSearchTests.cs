using System.Text;
using Millrace.Core;

namespace Millrace.Local.Tests;

public sealed class PlatformSearchTests : IDisposable
{
    private readonly ObservedCluster _cluster = new(withTopics: false);
    private readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("millrace-search-").FullName, "dev");

    public void Dispose()
    {
        _cluster.Dispose();
        Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);
    }

    [Fact]
    public async Task A_side_of_a_session_with_datacenters_is_found_by_its_name_with_the_catalog_that_it_runs()
    {
        await using var control = await StartAsync();

        var found = await new PlatformSearch { Data = _data, Datacenter = "codfw" }.FindAsync(default);

        Assert.Equal(("codfw", "other:9092"), (found.Datacenter, found.Kafka.BootstrapServers));
        Assert.Equal(["codfw.mediawiki.revision-create"], found.Catalog.Get("PageChange").Inputs[0].Topics.Where(topic => topic.StartsWith("codfw.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, "'millrace dev --datacenters' runs here: name one of eqiad, codfw by --datacenter.")]
    [InlineData("esams", "--datacenter is 'esams'; allowed is eqiad, codfw.")]
    public async Task Without_the_name_of_one_it_says_which_there_are(string? name, string problem)
    {
        await using var control = await StartAsync();

        var wrong = await Assert.ThrowsAsync<UsageException>(() => new PlatformSearch { Data = _data, Datacenter = name }.FindAsync(default));

        Assert.Equal(problem, wrong.Message);
    }

    [Fact]
    public async Task Brokers_that_are_named_come_before_a_session_that_runs_here()
    {
        using var address = DevAddress.Write(_data, "session:9092");

        Assert.Equal("named:9092", (await new PlatformSearch { Data = _data, Kafka = "named:9092" }.FindAsync(default)).Kafka.BootstrapServers);
        Assert.Equal("session:9092", (await new PlatformSearch { Data = _data }.FindAsync(default)).Kafka.BootstrapServers);
    }

    [Fact]
    public async Task Settings_of_the_client_are_those_of_the_app()
    {
        var found = await new PlatformSearch { Kafka = "named:9092", Settings = ["Kafka:Client:security.protocol=ssl"] }.FindAsync(default);

        Assert.Equal("ssl", found.Kafka.Client["security.protocol"]);
    }

    private async Task<DevControl> StartAsync()
    {
        var root = DevControlFile.Root(_data);
        var catalog = Path.Combine(root, "catalog");
        PrefixedCatalog.Write(AppContext.BaseDirectory, catalog, ["eqiad", "codfw"]);
        var datacenters = DatacenterCatalog.Parse(Encoding.UTF8.GetBytes("""
            { "datacenters": { "eqiad": { "kafkaCluster": "a", "bootstrapServers": "one:9092" }, "codfw": { "kafkaCluster": "b", "bootstrapServers": "other:9092" } } }
            """), "test").Datacenters;
        var control = await DevControl.StartAsync([.. datacenters.Select(datacenter => new DevSite(datacenter, _cluster.Broker, []))], default);
        new DevControlFile(control.Address, control.Token, catalog).Write(root);
        return control;
    }
}
