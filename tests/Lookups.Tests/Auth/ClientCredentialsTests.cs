using System.Text;

namespace Millrace.Lookups.Tests;

public sealed class ClientCredentialsTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly GuardedApi _api = new();
    private readonly LookupOptions _options = Some.Options();
    private readonly HttpLookup _lookup;

    public ClientCredentialsTests()
    {
        _options.Attempts = 1;
        (_options.Auth.Kind, _options.Auth.TokenAddress, _options.Auth.ClientId, _options.Auth.Secret, _options.Auth.Scope) =
            (LookupAuthKind.ClientCredentials, "https://login.example.net/token", "mill:race", "s&1", "read all");
        _lookup = new HttpLookup(_options, _clock, handler: _api);
    }

    public void Dispose() => _lookup.Dispose();

    [Fact]
    public async Task The_token_is_asked_for_as_the_standard_says()
    {
        await _lookup.GetJsonAsync(Some.Uri);

        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("mill%3Arace:s%261"));
        Assert.Equal([$"Basic {basic} grant_type=client_credentials&scope=read%20all"], _api.TokenRequests);
        Assert.Equal(["Bearer t1"], _api.Shown);
    }

    [Fact]
    public async Task One_token_serves_all_who_ask_at_once_and_all_who_ask_later()
    {
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        _api.Token = _ => gate.Task;
        var all = Enumerable.Range(0, 20).Select(_ => _lookup.GetJsonAsync(Some.Uri).AsTask()).ToList();
        gate.SetResult(await GuardedApi.Json("""{"access_token":"t1","token_type":"bearer","expires_in":100}"""));
        await Task.WhenAll(all);
        _clock.Pass(TimeSpan.FromSeconds(79));
        await _lookup.GetJsonAsync(Some.Uri);

        Assert.Single(_api.TokenRequests);
        Assert.Equal(Enumerable.Repeat("Bearer t1", 21), _api.Shown);
    }

    [Fact]
    public async Task Before_its_end_the_next_token_is_fetched_once_and_nobody_waits_for_it()
    {
        await _lookup.GetJsonAsync(Some.Uri);
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        _api.Token = _ => gate.Task;
        _clock.Pass(TimeSpan.FromSeconds(80));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _lookup.GetJsonAsync(Some.Uri).AsTask()));
        Assert.All(_api.Shown, shown => Assert.Equal("Bearer t1", shown));
        gate.SetResult(await GuardedApi.Json("""{"access_token":"t2","expires_in":100}"""));
        while (_api.Shown.Last() != "Bearer t2")
        {
            await _lookup.GetJsonAsync(Some.Uri);
        }

        Assert.Equal(2, _api.TokenRequests.Count);
    }

    [Fact]
    public async Task A_token_that_could_not_be_renewed_is_shown_to_its_end_and_no_longer()
    {
        await _lookup.GetJsonAsync(Some.Uri);
        _api.Token = _ => GuardedApi.Json("{}", 503);
        _clock.Pass(TimeSpan.FromSeconds(99));
        await _lookup.GetJsonAsync(Some.Uri);
        _clock.Pass(TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await _lookup.GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.NoToken, failure.Error.Type);
        Assert.Contains("no token could be fetched from https://login.example.net/token: the server answered 503", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(["Bearer t1", "Bearer t1"], _api.Shown);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_for_all_who_were_refused()
    {
        await _lookup.GetJsonAsync(Some.Uri);
        _api.StatusOf = shown => shown == "Bearer t1" ? 401 : 200;

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _lookup.GetJsonAsync(Some.Uri).AsTask()));

        Assert.Equal(2, _api.TokenRequests.Count);
    }

    [Fact]
    public async Task A_new_token_that_is_refused_too_is_the_end_and_not_replaced_again_and_again()
    {
        _api.StatusOf = _ => 401;

        for (var n = 0; n < 10; n++)
        {
            Assert.Equal(401, (int)(await _lookup.GetAsync(Some.Uri)).Status);
        }

        Assert.Equal(2, _api.TokenRequests.Count);
        _clock.Pass(TimeSpan.FromSeconds(5));
        await _lookup.GetAsync(Some.Uri);
        Assert.Equal(3, _api.TokenRequests.Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_takes_nobody_elses_token_away()
    {
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        _api.Token = _ => gate.Task;
        using var impatient = new CancellationTokenSource();
        var first = _lookup.GetJsonAsync(Some.Uri, impatient.Token).AsTask();
        var second = _lookup.GetJsonAsync(Some.Uri).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult(await GuardedApi.Json("""{"access_token":"t1"}"""));

        Assert.Equal(7, (await second).GetInt32());
        Assert.Single(_api.TokenRequests);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"access_token":""}""")]
    [InlineData("""{"access_token":"t\n1"}""")]
    [InlineData("""{"access_token":"t1","token_type":"mac"}""")]
    public async Task An_answer_without_a_bearer_token_is_said_to_be_one(string body)
    {
        _api.Token = _ => GuardedApi.Json(body);

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await _lookup.GetJsonAsync(Some.Uri));

        Assert.Contains("the answer holds no bearer token", failure.Error.Message, StringComparison.Ordinal);
        Assert.Empty(_api.Shown);
    }
}
