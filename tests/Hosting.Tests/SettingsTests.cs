using Microsoft.Extensions.DependencyInjection;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Hosting.Tests;

/// <summary>The host's settings: read, or refused by name with the value and what is allowed.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("Millrace:Datacentre", "x", "Millrace:Datacentre is unknown; allowed are Catalog, Schemas, Datacenter.")]
    [InlineData("Millrace", "x", "Millrace is 'x'; allowed are keys below it: Catalog, Schemas, Datacenter.")]
    [InlineData("Millrace:Datacenter:Name", "x", "Millrace:Datacenter has 'Name' below it; allowed is a text.")]
    [InlineData("Millrace:Catalog", "", "Millrace:Catalog is ''")]
    [InlineData("Kafka:Broker", "x", "Kafka:Broker is unknown; allowed are BootstrapServers, Client, Producer, SessionIdleTime, MaxSessions.")]
    [InlineData("Stages:Copy:Options:Delivery", "twice", "Stages:Copy:Options:Delivery is 'twice'; allowed is exactly-once or at-least-once.")]
    [InlineData("Kafka:Client", "x", "Kafka:Client is 'x'; allowed is settings by their names, as Kafka:Client:NAME.")]
    [InlineData("Stages:Copy", "x", "Stages:Copy is 'x'; allowed are Stages:Copy:Topics, Stages:Copy:Replay, Stages:Copy:Options, Stages:Copy:Settings.")]
    [InlineData("Stages:Copy:Option:Concurrency", "1", "Stages:Copy:Option is unknown; allowed are Stages:Copy:Topics, Stages:Copy:Replay, Stages:Copy:Options, Stages:Copy:Settings.")]
    [InlineData("Stages:Copy:Options", "x", "Stages:Copy:Options is 'x'; allowed are keys below it: Concurrency, ")]
    [InlineData("Stages:Copy:Options:Concurency", "1", "Stages:Copy:Options:Concurency is unknown; allowed are Concurrency, ")]
    [InlineData("Stages:Copy:Options:Concurrency", "many", "Stages:Copy:Options:Concurrency is 'many'; allowed is a whole number.")]
    [InlineData("Stages:Copy:Options:Concurrency", "1.5", "Stages:Copy:Options:Concurrency is '1.5'; allowed is a whole number.")]
    [InlineData("Stages:Copy:Options:Concurrency", "", "Stages:Copy:Options:Concurrency is ''; allowed is a whole number.")]
    [InlineData("Stages:Copy:Options:Concurrency", "99999999999", "Stages:Copy:Options:Concurrency is '99999999999'; allowed is a whole number.")]
    [InlineData("Stages:Copy:Options:Concurrency", "0", "Stages:Copy:Options:Concurrency is 0; allowed is 1 to 10000.")]
    [InlineData("Stages:Copy:Options:Concurrency:Most", "1", "Stages:Copy:Options:Concurrency has 'Most' below it; allowed is a whole number.")]
    [InlineData("Stages:Copy:Options:Ordered", "maybe", "Stages:Copy:Options:Ordered is 'maybe'; allowed is true or false.")]
    [InlineData("Stages:Copy:Options:RetryDelay", "soon", "Stages:Copy:Options:RetryDelay is 'soon'; allowed is a span of time such as 00:00:30.")]
    [InlineData("Stages:Copy:Options:AttemptTimeout", "1", "Stages:Copy:Options:AttemptTimeout is '1'; allowed is a span of time such as 00:00:30.")]
    [InlineData("Stages:Copy:Options:RetryDelay", "02:00:00", "Stages:Copy:Options:RetryDelay is 02:00:00; allowed is 00:00:00.0100000 to 01:00:00.")]
    [InlineData("Stages:Copy:Settings:Name", "x", "Stages:Copy:Settings is set, but stage Copy takes no settings")]
    public async Task A_setting_that_is_wrong_is_refused_by_its_name(string name, string value, string refusal)
    {
        _app.Settings[name] = value;

        Assert.Contains(refusal, await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schemas_given_as_one_value_are_refused_rather_than_ignored()
    {
        _app.Settings.Remove("Millrace:Schemas:0");
        _app.Settings["Millrace:Schemas"] = "/schemas";

        Assert.Equal("Millrace:Schemas is '/schemas'; allowed is a list, its items as Millrace:Schemas:0, Millrace:Schemas:1 and so on.", await _app.RefusalAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Without_brokers_the_setting_that_names_them_is_asked_for(string? brokers)
    {
        _app.Settings["KAFKA_BOOTSTRAP_SERVERS"] = brokers;

        Assert.Contains("set KAFKA_BOOTSTRAP_SERVERS to the brokers to start from, host:port", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:Producer:no.such.setting", "1")]
    [InlineData("Kafka:Producer:linger.ms", "soon")]
    [InlineData("Kafka:Client:security.protocol", "rot13")]
    public async Task A_setting_that_the_Kafka_client_refuses_is_refused_before_anything_starts(string name, string value)
    {
        _app.Services = _ => { };
        _app.Settings[name] = value;

        Assert.Contains(name, await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_the_Kafka_client_keep_their_dots()
    {
        _app.Settings["Kafka:Client:security.protocol"] = "plaintext";
        _app.Settings["Kafka:Producer:compression.type"] = "zstd";

        var kafka = await _app.StartedAsync(services => services.GetRequiredService<KafkaOptions>());

        Assert.Equal("127.0.0.1:9", kafka.BootstrapServers);
        Assert.Equal("plaintext", kafka.Client["security.protocol"]);
        Assert.Equal("zstd", kafka.Producer["compression.type"]);
    }

    [Fact]
    public async Task An_app_without_a_sink_of_its_own_writes_to_Kafka()
    {
        _app.Services = _ => { };

        Assert.IsType<KafkaSink>(await _app.StartedAsync(services => services.GetRequiredService<ISink>()));
    }

    [Fact]
    public async Task An_option_of_the_host_wins_over_the_catalog_and_leaves_the_others()
    {
        _app.WriteStage(""" "options": { "concurrency": 3, "attempts": 7 } """);
        _app.Settings["Stages:Copy:Options:Concurrency"] = "4";
        _app.Settings["stages:copy:options:retrydelay"] = "00:00:02";

        var options = (await _app.StartedAsync(services => services.GetRequiredService<StageRunner>())).Stage.Options;

        Assert.Equal((4, 7, TimeSpan.FromSeconds(2)), (options.Concurrency, options.Attempts, options.RetryDelay));
    }

    [Fact]
    public async Task All_that_is_out_of_bounds_is_said_at_once()
    {
        _app.Settings["Stages:Copy:Options:Concurrency"] = "0";
        _app.Settings["Stages:Copy:Options:Attempts"] = "101";

        var refusal = await _app.RefusalAsync();

        Assert.Contains("Concurrency is 0", refusal, StringComparison.Ordinal);
        Assert.Contains("Attempts is 101", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_record_that_stages_may_write_is_one_that_Kafka_can_send()
    {
        _app.Settings["Stages:Copy:Options:MaxOutputBytes"] = "1073741824";

        Assert.Contains("MaxOutputBytes is 1073741824; allowed is 1024 to 536870912.", await _app.RefusalAsync(), StringComparison.Ordinal);
    }
}
