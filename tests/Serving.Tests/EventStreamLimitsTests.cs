using System.Net;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Millrace.Serving.Tests;

/// <summary>What clients can ask for, and what they cannot do to the server or to each other.</summary>
public sealed class EventStreamLimitsTests
{
    [Theory]
    [InlineData("?since=yesterday", null, "since is 'yesterday'")]
    [InlineData("?since=-1x", null, "since is '-1x'")]
    [InlineData("?since=1&since=2", null, "'since' 2 times")]
    [InlineData("?wiki_id=enwiki", null, "'wiki_id'; allowed are since, and filter")]
    [InlineData("?filter=wiki_id", null, "filter is 'wiki_id'; allowed is PATH:VALUE")]
    [InlineData("?filter=", null, "filter is ''")]
    [InlineData("?filter=:x", null, "filter is ':x'")]
    [InlineData("?filter=a..b:x", null, "filter is 'a..b:x'")]
    [InlineData("?filter=a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a:x", null, "16 names")]
    [InlineData("?filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1&filter=a:1", null, "17 filters; allowed are 16")]
    [InlineData("", "7", "Last-Event-ID has 7; allowed is the id of an event")]
    [InlineData("", "{}", "Last-Event-ID has {}")]
    [InlineData("", "[7]", "Last-Event-ID has 7")]
    [InlineData("", "[{}]", "Last-Event-ID has {}")]
    [InlineData("", "[{\"topic\":\"a\",\"partition\":-1,\"offset\":1}]", "\"partition\":-1")]
    [InlineData("", "[{\"topic\":\"a\",\"partition\":0,\"offset\":-2}]", "\"offset\":-2")]
    [InlineData("", "[{\"topic\":\"a\",\"partition\":0,\"offset\":1e99}]", "1e99")]
    [InlineData("", "[{\"topic\":\"a\",\"partition\":0,\"timestamp\":9223372036854775808}]", "9223372036854775808")]
    [InlineData("", "[{\"topic\":\"a\",\"partition\":0,\"x\":0}]", "\"x\":0")]
    [InlineData("", "[[[[[[[[[[[[", "[[[[")]
    public async Task A_request_that_is_wrong_is_told_what_is_allowed(string query, string? lastEventId, string why)
    {
        await using var app = await ServingApp.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, app.At(query));
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId ?? "");

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(why, System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, app.Server.Connections);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("mediawiki.page_change.v1,nothing")]
    [InlineData("PageChange.error")]
    public async Task A_stream_that_is_not_to_be_read_is_as_if_it_were_not_there(string streams)
    {
        await using var app = await ServingApp.StartAsync();
        using var client = new HttpClient();

        using var answer = await client.GetAsync(app.At(streams: streams));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("there is mediawiki.revision-create, mediawiki.page-create,", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_whose_topic_is_not_there_is_not_found()
    {
        using var catalog = new PrefixedCatalog();
        await using var app = await ServingApp.StartOverAsync([], $"--Millrace:Catalog={catalog.Directory}", "--Millrace:Datacenter=eqiad", "--Kafka:Client:allow.auto.create.topics=false");
        using var client = new HttpClient();

        using var answer = await client.GetAsync(app.At());

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains($"eqiad.{ServingApp.Stream}, codfw.{ServingApp.Stream}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, app.Server.Connections);
    }

    [Fact]
    public async Task Further_clients_are_asked_to_come_again_until_one_leaves()
    {
        await using var app = await ServingApp.StartAsync("--EventStreams:MaxConnections=2");
        using var client = new HttpClient();
        using var first = await client.GetAsync(app.At(), HttpCompletionOption.ResponseHeadersRead);
        using var second = await client.GetAsync(app.At(), HttpCompletionOption.ResponseHeadersRead);

        using var third = await client.GetAsync(app.At());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), third.Headers.RetryAfter!.Delta);
        first.Dispose();
        await ServingApp.UntilAsync(() => app.Server.Connections == 1);
        using var fourth = await client.GetAsync(app.At(), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, fourth.StatusCode);
    }

    [Fact]
    public async Task While_brokers_are_away_clients_are_asked_to_come_again()
    {
        await using var app = await ServingApp.StartAsync("--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9");
        using var client = new HttpClient();

        using var answer = await client.GetAsync(app.At());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter!.Delta);
        Assert.Equal(0, app.Server.Connections);
    }

    [Fact]
    public async Task A_silent_stream_has_heartbeats_that_say_how_far_it_is_and_are_no_events()
    {
        await using var app = await ServingApp.StartAsync("--EventStreams:Heartbeat=00:00:00.100");
        await app.ProduceAsync(1, 2, 3);
        using var client = new HttpClient();

        using var lines = new StreamReader(await client.GetStreamAsync(app.At("?since=0&filter=n:7")));
        var said = new List<string>();
        while (said.Count(line => line == ":") < 3)
        {
            said.Add((await lines.ReadLineAsync().WaitAsync(ServingApp.Patience))!);
        }

        Assert.DoesNotContain(said, line => line.StartsWith("data", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("id: [{", StringComparison.Ordinal) && line.Contains("\"offset\":1,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_cut_off_and_holds_nobody_up()
    {
        await using var app = await ServingApp.StartAsync("--EventStreams:StallTime=00:00:01");
        using var slow = await SilentClient.ConnectAsync(app.At("?since=0"));
        await ServingApp.UntilAsync(() => app.Server.Connections == 1);
        await app.ProduceAsync(Enumerable.Range(0, 400).Select(SilentClient.LargeEvent));

        Assert.Equal(400, (await ServingApp.ReadAsync(app.At("?since=0"), 400)).Count);

        // Nobody has read from it: the server has let it go.
        await ServingApp.UntilAsync(() => app.Server.Connections == 0);
    }

    [Fact]
    public async Task Nothing_is_left_on_the_brokers_of_those_who_read()
    {
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(1, 2, 3);
        await ServingApp.ReadAsync(app.At("?since=0"), 3);
        await ServingApp.UntilAsync(() => app.Server.Connections == 0);

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = app.BootstrapServers }).Build();
        Assert.Empty((await admin.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { RequestTimeout = ServingApp.Patience })).Valid);
    }

    [Fact]
    public async Task Streams_end_in_order_when_the_host_stops()
    {
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(1, 2, 3);
        using var client = new HttpClient();
        using var stream = await client.GetStreamAsync(app.At("?since=0"));
        var reading = new StreamReader(stream).ReadToEndAsync();
        await ServingApp.UntilAsync(() => app.Server.Connections == 1);
        await ServingApp.ReadAsync(app.At("?since=0"), 3);

        await app.StopAsync();

        var text = await reading.WaitAsync(ServingApp.Patience);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Equal(0, app.Server.Connections);
    }

    [Fact]
    public async Task Pages_of_allowed_origins_may_read()
    {
        await using var app = await ServingApp.StartAsync("--EventStreams:AllowedOrigins:0=https://example.org");

        Assert.Equal("https://example.org", await OriginAsync(app, HttpMethod.Get, "https://example.org"));
        Assert.Equal("https://example.org", await OriginAsync(app, HttpMethod.Options, "https://example.org"));
        Assert.Null(await OriginAsync(app, HttpMethod.Get, "https://example.net"));
        Assert.Null(await OriginAsync(app, HttpMethod.Get, null));
    }

    [Fact]
    public async Task Many_clients_have_all_events_each()
    {
        const int Clients = 60;
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(Enumerable.Range(0, 30).Select(ServingApp.Event));

        var read = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ServingApp.ReadAsync(app.At("?since=0"), 30)));

        Assert.All(read, events => Assert.Equal(Enumerable.Range(0, 30), events.Select(ServingApp.Number).Order()));
        await ServingApp.UntilAsync(() => app.Server.Connections == 0);
    }

    private static async Task<string?> OriginAsync(ServingApp app, HttpMethod method, string? origin)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, app.At());
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }
}
