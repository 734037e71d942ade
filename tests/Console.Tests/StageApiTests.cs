using System.Text.Json;
using Millrace.Core;
using Millrace.Local;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

public sealed class StageApiTests
{
    [Fact]
    public async Task A_stage_shows_what_it_is_and_where_it_stands_in_each_partition()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Input, 0, "{}");
        await console.Cluster.ProduceAsync(Input, 0, "{}");
        console.Cluster.Commit("PageChange", Input, 0, 1);
        console.Cluster.Commit("PageChange.checkpoint", Input, 0, 1);

        var stage = await console.OkAsync("api/stages/PageChange");

        Assert.Equal(("PageChange", JsonValueKind.Null, Errors), (stage.GetProperty("name").GetString(), stage.GetProperty("connector").ValueKind, stage.GetProperty("errorStream").GetString()));
        Assert.Equal([Input, "mediawiki.page-create"], stage.GetProperty("inputs").EnumerateArray().Select(input => input.GetString()));
        Assert.Equal(Output, stage.GetProperty("outputs")[0].GetProperty("stream").GetString());
        var partition = stage.GetProperty("status").GetProperty("partitions").EnumerateArray().Single(partition => partition.GetProperty("topic").GetString() == Input && partition.GetProperty("partition").GetInt32() == 0);
        Assert.Equal((2, 1, 1, 1, false), (partition.GetProperty("end").GetInt64(), partition.GetProperty("checkpoint").GetInt64(), partition.GetProperty("committed").GetInt64(), partition.GetProperty("lag").GetInt64(), partition.GetProperty("blocked").GetBoolean()));
        var demand = stage.GetProperty("status").GetProperty("demand");
        Assert.Equal((20_000, true), (demand.GetProperty("lagThreshold").GetInt64(), demand.GetProperty("topics").EnumerateArray().Single(topic => topic.GetProperty("topic").GetString() == Input).GetProperty("isActive").GetBoolean()));
    }

    [Fact]
    public async Task Options_say_whether_they_are_the_default_the_catalogs_or_a_settings()
    {
        await using var console = await ObservedConsole.StartAsync(null, ("Stages:PageContentChange:Options:Attempts", "7"), ("Stages:PageContentChange:Settings:Lookup:MaxConcurrency", "9"));

        var stage = await console.OkAsync("api/stages/PageContentChange");

        Assert.Equal(("7", "setting"), Setting(stage, "options", "attempts"));
        Assert.Equal(("32", "catalog"), Setting(stage, "options", "concurrency"));
        Assert.Equal(("exactly-once", "default"), Setting(stage, "options", "delivery"));
        Assert.Equal(("9", "setting"), Setting(stage, "settings", "lookup:maxConcurrency"));
        Assert.Equal(("https://{domain}/w/api.php", "catalog"), Setting(stage, "settings", "apiTemplate"));
        Assert.Equal(("2000", "catalog"), Setting(stage, "scale", "lagThreshold"));
        Assert.Equal((null, "default"), Setting(stage, "scale", "maxReplicas"));
    }

    [Theory]
    [InlineData("lookup:auth:clientSecret", "s3cret")]
    [InlineData("lookup:cache:redis", "redis://user:s3cret@host")]
    [InlineData("apiKey", "s3cret")]
    [InlineData("address", "https://host/?sig=s3cret")]
    [InlineData("connectionString", "Host=db;Password=s3cret")]
    [InlineData("model:apiKeys:me", "s3cret")]
    [InlineData("other", "https://host/?page=1&access_token=s3cret")]
    public async Task No_secret_is_shown(string name, string value)
    {
        await using var console = await ObservedConsole.StartAsync(null, ($"Stages:PageContentChange:Settings:{name}", value), ("Kafka:Client:sasl.password", "s3cret"));

        var stage = await console.OkAsync("api/stages/PageContentChange");

        Assert.Equal(("(secret)", "setting"), Setting(stage, "settings", name));
        Assert.DoesNotContain("s3cret", stage.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lookup:batch:maxKeys", "50")]
    [InlineData("address", "https://host/path?page=2")]
    public async Task What_only_sounds_like_one_is_shown(string name, string value)
    {
        await using var console = await ObservedConsole.StartAsync(null, ($"Stages:PageContentChange:Settings:{name}", value));

        Assert.Equal((value, "setting"), Setting(await console.OkAsync("api/stages/PageContentChange"), "settings", name));
    }

    [Fact]
    public void What_a_store_calls_a_secret_is_hidden_whatever_it_is_named()
    {
        var stage = new StageDefinition
        {
            Name = "ToHttp",
            Inputs = [],
            Connector = "http",
            ErrorStream = new StreamDefinition { Name = "e", SchemaTitle = "error", Topics = ["e"] },
            Settings = JsonElement.Parse("""{ "address": "https://example.org/in", "headers": { "X-Anything": "v" }, "batch": 5 }"""),
        };

        var settings = StageSettingList.Own(stage, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

        Assert.Equal([("address", "(secret)"), ("batch", "5"), ("headers:X-Anything", "(secret)")], settings.Select(setting => (setting.Name, setting.Value)));
    }

    [Fact]
    public async Task Where_nobody_tells_latencies_it_says_so()
    {
        await using var console = await ObservedConsole.StartAsync();

        var stage = await console.OkAsync("api/stages/PageChange");

        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (stage.GetProperty("latencies").ValueKind, stage.GetProperty("lookups").ValueKind));
        Assert.Contains("--metrics", stage.GetProperty("latenciesNote").GetString(), StringComparison.Ordinal);
        Assert.False((await console.OkAsync("api/session")).GetProperty("metrics").GetBoolean());
    }

    [Fact]
    public async Task A_stage_that_there_is_not_is_not_found()
    {
        await using var console = await ObservedConsole.StartAsync();

        var (status, problem) = await console.GetAsync("api/stages/%3Cscript%3E");

        Assert.Equal(404, status);
        Assert.StartsWith("There is no stage '<script>'; the catalog has PageChange", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static (string? Value, string? From) Setting(JsonElement stage, string list, string name)
    {
        var setting = stage.GetProperty(list).EnumerateArray().Single(setting => setting.GetProperty("name").GetString() == name);
        return (setting.GetProperty("value").GetString(), setting.GetProperty("from").GetString());
    }
}
