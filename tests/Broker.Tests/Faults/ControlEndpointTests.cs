using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Faults;

namespace Millrace.Broker.Tests.Faults;

public sealed class ControlEndpointTests : IAsyncDisposable
{
    private readonly FakeControl _broker = new();
    private readonly FaultPlan _plan = new();
    private readonly WatchedTime _time = new();
    private readonly ControlEndpoint _endpoint;
    private readonly HttpClient _client;

    public ControlEndpointTests()
    {
        _endpoint = ControlEndpoint.Start(0, _broker, _plan, _time, NullLogger.Instance);
        _client = new HttpClient { BaseAddress = _endpoint.Address, Timeout = Clients.Patience };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public void It_listens_on_the_loopback_interface() => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(_endpoint.Address.Host)));

    [Fact]
    public async Task It_shows_the_state() =>
        Assert.Equal("""{"up":true,"topics":{"a":3,"b":1},"faults":[]}""", await _client.GetStringAsync("/"));

    [Fact]
    public async Task It_plans_faults_and_shows_them_as_they_were_sent()
    {
        string[] faults =
        [
            """{"fault":"Fail","request":"Produce","error":"NotLeaderOrFollower","clientId":"c","times":3}""",
            """{"fault":"Delay","milliseconds":250}""",
            """{"fault":"Drop","request":"EndTxn","point":"AfterApplying","times":1}""",
            """{"fault":"LoseCoordinator","times":2}""",
        ];

        foreach (var fault in faults)
        {
            Assert.Equal(HttpStatusCode.OK, (await Post("/faults", fault)).Status);
        }

        var shown = JsonDocument.Parse(await _client.GetStringAsync("/")).RootElement.GetProperty("faults").EnumerateArray().Select(fault => fault.GetRawText());
        Assert.Equal(faults, shown);
        Assert.Equal(4, _plan.Pending.Count);
    }

    [Fact]
    public async Task It_clears_the_faults()
    {
        await Post("/faults", """{"fault":"delay","milliseconds":1}""");

        using var response = await _client.DeleteAsync(new Uri("/faults", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(_plan.Pending);
    }

    [Fact]
    public async Task A_fault_that_is_not_understood_is_refused_with_the_reason()
    {
        var (status, body) = await Post("/faults", """{"fault":"explode"}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Allowed: Fail, Delay, Drop, LoseCoordinator", body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_fault_too_many_is_refused()
    {
        for (var i = 0; i < FaultPlan.MaxFaults; i++)
        {
            _plan.Add(new FaultState { Kind = FaultKind.Delay });
        }

        Assert.Equal(HttpStatusCode.Conflict, (await Post("/faults", """{"fault":"loseCoordinator"}""")).Status);
    }

    [Fact]
    public async Task It_takes_the_broker_down_and_up()
    {
        var (_, down) = await Post("/down");
        Assert.False(_broker.IsUp);
        Assert.False(down.GetProperty("up").GetBoolean());

        var (_, up) = await Post("/up");
        Assert.True(_broker.IsUp);
        Assert.True(up.GetProperty("up").GetBoolean());
    }

    [Fact]
    public async Task It_fences_a_producer()
    {
        Assert.Equal(HttpStatusCode.OK, (await Post("/fence", """{"transactionalId":"known"}""")).Status);
        Assert.Equal(["known"], _broker.Fenced);

        var (status, body) = await Post("/fence", """{"transactionalId":"absent"}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("'absent'", body.GetProperty("error").GetString(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await Post("/fence", "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("/fence", """{"transactionalId":"known","now":true}""")).Status);
        Assert.Single(_broker.Fenced);
    }

    [Fact]
    public async Task What_is_not_there_is_answered_with_what_is()
    {
        var (status, body) = await Post("/fault", "{}");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("DELETE /faults", body.GetProperty("error").GetString(), StringComparison.Ordinal);

        using var response = await _client.GetAsync(new Uri("/faults", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Contains("Allowed: POST, DELETE", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_page_may_not_ask()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/down") { Headers = { { "Origin", "http://example.org" } } };

        using var response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.True(_broker.IsUp);
    }

    [Fact]
    public async Task Another_name_of_the_machine_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/down") { Headers = { Host = "example.org" } };

        using var response = await _client.SendAsync(request);

        Assert.False(response.IsSuccessStatusCode);
        Assert.True(_broker.IsUp);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post("/faults", new string(' ', ControlEndpoint.MaxBody + 1))).Status);
    }

    [Fact]
    public async Task A_body_that_does_not_come_holds_nobody_up_for_ever()
    {
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, _endpoint.Address.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /faults HTTP/1.1\r\nHost: 127.0.0.1:{_endpoint.Address.Port}\r\nContent-Length: 10\r\n\r\n{{"));
        var answer = slow.GetStream().ReadAsync(new byte[1000]).AsTask();

        await _time.Waiting.WaitAsync(Clients.Patience);
        _time.Advance(ControlEndpoint.Patience);

        Assert.NotEqual(0, await answer.WaitAsync(Clients.Patience));
        Assert.Equal(HttpStatusCode.OK, (await Post("/up")).Status);
    }

    [Fact]
    public async Task A_connection_that_is_lost_does_not_stop_it()
    {
        using (var lost = new TcpClient())
        {
            await lost.ConnectAsync(IPAddress.Loopback, _endpoint.Address.Port);
            await lost.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /faults HTTP/1.1\r\nHost: 127.0.0.1:{_endpoint.Address.Port}\r\nContent-Length: 10\r\n\r\n{{"));
            lost.LingerState = new LingerOption(true, 0);
        }

        Assert.Equal(HttpStatusCode.OK, (await Post("/up")).Status);
    }

    [Fact]
    public void A_port_that_is_taken_is_an_error() =>
        Assert.Throws<HttpListenerException>(() => ControlEndpoint.Start(_endpoint.Address.Port, _broker, _plan, _time, NullLogger.Instance));

    [Fact]
    public async Task It_is_gone_when_it_was_disposed()
    {
        await _endpoint.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync("/"));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> Post(string path, string body = "")
    {
        using var content = new StringContent(body);
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when somebody waits for the clock.</summary>
        public Task Waiting => _waiting.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _waiting.TrySetResult();
            return timer;
        }
    }

    private sealed class FakeControl : IBrokerControl
    {
        public bool IsUp { get; private set; } = true;

        public IReadOnlyList<KeyValuePair<string, int>> Topics => [new("a", 3), new("b", 1)];

        public List<string> Fenced { get; } = [];

        public Task DownAsync()
        {
            IsUp = false;
            return Task.CompletedTask;
        }

        public void Up() => IsUp = true;

        public bool Fence(string transactionalId)
        {
            if (transactionalId != "known")
            {
                return false;
            }

            Fenced.Add(transactionalId);
            return true;
        }
    }
}
