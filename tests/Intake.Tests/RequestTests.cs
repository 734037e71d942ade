using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Intake.Tests;

/// <summary>What a request may be: who sends it, from where, how fast it comes.</summary>
public sealed class RequestTests
{
    private const string Key = "a-key-of-some-length";
    private static readonly byte[] Good = Encoding.UTF8.GetBytes(IntakeApp.Event());

    [Fact]
    public async Task A_body_that_does_not_end_is_cut()
    {
        await using var app = await IntakeApp.StartAsync("Intake:BodyTimeout=00:00:01");
        using var socket = await ConnectAsync(app, "Content-Length: 1000000");

        await socket.SendAsync("{\"a\":"u8.ToArray());
        var answer = await ReadAsync(socket);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Equal(0, app.Service.QueuedBytes);
    }

    [Fact]
    public async Task A_body_without_a_length_has_the_same_bound()
    {
        await using var app = await IntakeApp.StartAsync("Intake:MaxBodyBytes=100000");
        using var socket = await ConnectAsync(app, "Transfer-Encoding: chunked");

        var answer = ReadAsync(socket);
        var chunk = Encoding.ASCII.GetBytes($"4000\r\n{new string(' ', 0x4000)}\r\n");
        try
        {
            for (var sent = 0; sent < 1_000 && !answer.IsCompleted; sent++)
            {
                await socket.SendAsync(chunk);
            }
        }
        catch (SocketException)
        {
            // It is not read any more.
        }

        Assert.StartsWith("HTTP/1.1 413", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-API-Key", Key, HttpStatusCode.Created)]
    [InlineData("Authorization", $"Bearer {Key}", HttpStatusCode.Created)]
    [InlineData("X-API-Key", "another-key-of-some-length", HttpStatusCode.Unauthorized)]
    [InlineData("X-API-Key", "a-key-of-some-lengtH", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", $"Basic {Key}", HttpStatusCode.Unauthorized)]
    [InlineData("X-Nothing", "", HttpStatusCode.Unauthorized)]
    public async Task Where_there_are_keys_one_is_needed(string header, string value, HttpStatusCode status)
    {
        await using var app = await IntakeApp.StartAsync($"Intake:ApiKeys:tests={Key}", "Intake:ApiKeys:others=yet-another-key-of-some-length");

        using var answer = await app.PostAsync(Good, headers: [(header, value)]);
        using var configs = await app.Client.SendAsync(Request(HttpMethod.Get, "v1/stream-configs", (header, value)));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Created ? HttpStatusCode.OK : status, configs.StatusCode);
        Assert.DoesNotContain(app.Log.Above(LogLevel.Trace - 1), line => line.Contains(Key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://example.org", "https://example.org", "https://example.org")]
    [InlineData("https://example.org", "https://evil.example.org", null)]
    [InlineData("*", "https://any.example.org", "*")]
    [InlineData(null, "https://example.org", null)]
    public async Task Pages_of_other_origins_may_send_events_where_that_is_set(string? setting, string origin, string? allowed)
    {
        await using var app = await IntakeApp.StartAsync(setting is null ? [] : [$"Intake:CorsOrigins:0={setting}"]);

        using var asked = await app.Client.SendAsync(Request(HttpMethod.Options, "v1/events", ("Origin", origin), ("Access-Control-Request-Method", "POST")));
        using var sent = await app.PostAsync(Good, headers: [("Origin", origin)]);

        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        foreach (var answer in (HttpResponseMessage[])[asked, sent])
        {
            Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? origins.Single() : null);
        }
    }

    [Fact]
    public async Task Nothing_of_an_event_is_logged_above_debug()
    {
        const string Secret = "0ec1a55ified";
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error", "Intake:AcknowledgeWithin=00:00:04");
        string[] bodies =
        [
            IntakeApp.Event(more: $",\"any\":\"{Secret}\""), IntakeApp.Event(more: $",\"size\":\"{Secret}\""), IntakeApp.Event(Secret), $$$"""{"$schema":"/{{{Secret}}}/1.0.0","meta":{"stream":"things"}}""",
            $"{{\"{Secret}\":1,\"{Secret}\":2}}", $"{{\"{Secret}", $$"""{"$schema":"{{Secret}}"}""",
        ];
        foreach (var body in bodies)
        {
            (await app.PostAsync(Encoding.UTF8.GetBytes(body), headers: [("X-Request-ID", Secret)])).Dispose();
        }

        await app.Broker.DownAsync();
        (await app.PostAsync(bodies[0])).Dispose();

        Assert.Contains(app.Log.Above(LogLevel.Debug), line => line.Contains("not known to be stored", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.Above(LogLevel.Debug), line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v1/stream-configs/things", "things")]
    [InlineData("v1/stream-configs/things,keyed,none", "things keyed")]
    [InlineData("v1/stream-configs/things%7Ckeyed", "things keyed")]
    [InlineData("v1/stream-configs?constraints=schema_title=test/insecure", "insecure")]
    [InlineData("v1/stream-configs", "mediawiki.revision-create mediawiki.page-create mediawiki.page_change.v1 mediawiki.page_content_change.v1 things keyed elsewhere insecure")]
    public async Task The_configuration_of_streams_is_told(string path, string streams)
    {
        await using var app = await IntakeApp.StartAsync();

        var configs = JsonElement.Parse(await app.Client.GetByteArrayAsync(path));

        Assert.Equal(streams.Split(' '), configs.EnumerateObject().Select(stream => stream.Name));
        Assert.All(configs.EnumerateObject(), stream => Assert.Equal(stream.Name, stream.Value.GetProperty("stream").GetString()));
    }

    [Fact]
    public async Task Settings_that_others_read_are_told_when_asked_for()
    {
        await using var app = await IntakeApp.StartAsync([("own", """{ "schema_title": "test/thing", "canary_events_enabled": true, "consumers": { "lake": { "enabled": true } } }""")]);

        Assert.Equal("""{"own":{"stream":"own","schema_title":"test/thing","topics":["own"],"canary_events_enabled":true}}""", await app.Client.GetStringAsync("v1/stream-configs/own"));
        Assert.Equal(
            """{"own":{"stream":"own","schema_title":"test/thing","topics":["own"],"canary_events_enabled":true,"consumers":{"lake":{"enabled":true}}}}""",
            Compact(await app.Client.GetStringAsync("v1/stream-configs/own?all_settings=true")));
    }

    [Fact]
    public async Task Only_the_streams_that_are_set_are_taken()
    {
        await using var app = await IntakeApp.StartAsync("Intake:Streams:0=key*");

        using var answer = await app.PostAsync(Good);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Single(JsonElement.Parse(await app.Client.GetByteArrayAsync("v1/stream-configs")).EnumerateObject());
    }

    [Fact]
    public async Task The_description_has_every_route_and_the_page_loads_nothing_from_elsewhere()
    {
        await using var app = await IntakeApp.StartAsync();

        var description = JsonElement.Parse(await app.Client.GetByteArrayAsync("openapi.json"));
        using var page = await app.Client.GetAsync("v1/try");

        var routes = Hosting.DeclaredFunction.Among(typeof(Functions.Program).Assembly.GetTypes()).Select(function => function.Route).OfType<string>().Select(route => "/" + route.Replace("/{streams?}", "", StringComparison.Ordinal));
        Assert.Equal(routes.Append("/v1/stream-configs/{streams}").Order(), description.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());
        Assert.DoesNotContain("://", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; connect-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Intake:QueueBytes=1", "Intake:QueueBytes is 1; allowed is 65536 to 68719476736.")]
    [InlineData("Intake:AcknowledgeWithin=00:00:01", "Intake:AcknowledgeWithin is 00:00:01; allowed is 00:00:02 to 00:05:00.")]
    [InlineData("Intake:Nonsense=1", "Intake:Nonsense is unknown")]
    [InlineData("Intake:ApiKeys:me=short", "Intake:ApiKeys:me is too short")]
    [InlineData("Intake:CorsOrigins:0=example.org", "Intake:CorsOrigins has 'example.org'")]
    [InlineData("Intake:Streams:0=none", "Intake:Streams has 'none'")]
    [InlineData("Intake:ErrorStream=things", "has the schema_title 'test/thing'")]
    [InlineData("Intake:HttpFields:meta.id=x-id", "Intake:HttpFields has the field 'meta.id'")]
    [InlineData("Intake:HttpFields:a.b=not a header", "Intake:HttpFields has the header 'not a header'")]
    public async Task A_setting_that_is_wrong_is_refused_by_its_name(string setting, string reason)
    {
        var refusal = await Assert.ThrowsAsync<CatalogException>(() => IntakeApp.StartAsync(setting));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short'", refusal.Message, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonElement.Parse(json));

    private static async Task<Socket> ConnectAsync(IntakeApp app, string header)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /v1/events HTTP/1.1\r\nHost: tests\r\nContent-Type: application/json\r\n{header}\r\n\r\n"));
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(IntakeApp.Patience);
        var buffer = new byte[4096];
        var count = await socket.ReceiveAsync(buffer, patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, count);
    }
}
