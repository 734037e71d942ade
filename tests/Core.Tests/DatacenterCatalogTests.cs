using System.Text;

namespace Millrace.Core.Tests;

public sealed class DatacenterCatalogTests
{
    private const string Two = """{"datacenters":{"eqiad":{"kafkaCluster":"main","bootstrapServers":"a:9092"},"codfw":{"kafkaCluster":"main","bootstrapServers":"b:9092","namespace":"mill"}}}""";

    [Fact]
    public void Datacenters_stand_in_the_order_of_the_file()
    {
        var catalog = Parse(Two);

        Assert.Equal(["eqiad", "codfw"], catalog.Datacenters.Select(datacenter => datacenter.Name));
        Assert.Equal(("b:9092", "mill"), (catalog.Get("codfw").BootstrapServers, catalog.Get("codfw").Namespace));
    }

    [Theory]
    [InlineData(DatacenterMode.OnlyOne, null, "eqiad")]
    [InlineData(DatacenterMode.OnlyOne, "codfw", "codfw")]
    [InlineData(DatacenterMode.ActivePassive, "codfw", "codfw")]
    [InlineData(DatacenterMode.ActiveActive, "codfw", "eqiad,codfw")]
    public void A_stage_runs_in_one_datacenter_or_in_all(DatacenterMode mode, string? active, string running)
    {
        var stage = new StageDefinition
        {
            Name = "S",
            Inputs = [],
            ErrorStream = new StreamDefinition { Name = "S.error", SchemaTitle = "error", Topics = ["S.error"] },
            Datacenters = new DatacenterOptions { Mode = mode, Active = active },
        };

        Assert.Equal(running, string.Join(',', Parse(Two).Running(stage).Select(datacenter => datacenter.Name)));
    }

    [Theory]
    [InlineData("""{"datacenters":{}}""", "datacenters.json.datacenters is missing or empty")]
    [InlineData("""{"datacenters":{"eqiad":{"bootstrapServers":"a:1"}}}""", "datacenters.json.datacenters.eqiad.kafkaCluster is ''")]
    [InlineData("""{"datacenters":{"Eqiad":{}}}""", "'Eqiad' cannot be a datacenter")]
    [InlineData("""{"datacenters":{"eqiad":{"name":"x"}}}""", "datacenters.json.datacenters.eqiad.name is unknown; allowed are kafkaCluster,")]
    public void A_wrong_file_is_refused_with_the_place_and_what_is_allowed(string json, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_datacenter_is_refused_with_those_that_there_are() =>
        Assert.Equal("There is no datacenter 'esams'; there is eqiad, codfw.", Assert.Throws<CatalogException>(() => Parse(Two).Get("esams")).Message);

    private static DatacenterCatalog Parse(string json) => DatacenterCatalog.Parse(Encoding.UTF8.GetBytes(json));
}
