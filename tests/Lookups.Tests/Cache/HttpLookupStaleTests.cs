namespace Millrace.Lookups.Tests;

public sealed class HttpLookupStaleTests : HttpLookupCacheFixture
{
    public HttpLookupStaleTests() => Options.Cache.StaleWhileRevalidate = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_stale_answer_is_given_at_once_while_one_new_one_is_fetched_behind_it()
    {
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        var lookup = Lookup(Answer.Json("1"), _ => gate.Task);
        await NumberAsync(lookup);
        Clock.Pass(TimeSpan.FromMinutes(5.5));

        Assert.Equal((1, 1, 1), (await NumberAsync(lookup), await NumberAsync(lookup), await NumberAsync(lookup)));
        Assert.Equal(2, Server.Count);
        gate.SetResult(await Answer.Json("2")(default));
        await UntilAsync(async () => await NumberAsync(lookup) == 2);

        Assert.Equal(2, Server.Count);
        Assert.True(Count("stale") >= 3);
    }

    [Fact]
    public async Task Behind_a_stale_answer_a_failure_is_nobodys_and_is_tried_again()
    {
        var lookup = Lookup(Answer.Json("1"), Answer.Status(400), Answer.Json("3"));
        await NumberAsync(lookup);
        Clock.Pass(TimeSpan.FromMinutes(5.5));

        Assert.Equal(1, await NumberAsync(lookup));
        await UntilAsync(async () => await NumberAsync(lookup) == 3);

        Assert.Equal(3, Server.Count);
    }

    [Fact]
    public async Task A_stale_answer_is_given_no_longer_than_allowed()
    {
        var lookup = Lookup(Answer.Json("1"), Answer.Json("2"));
        await NumberAsync(lookup);
        Clock.Pass(TimeSpan.FromMinutes(6));

        Assert.Equal(2, await NumberAsync(lookup));
        Assert.Equal(0, Count("stale"));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Yield();
        }
    }
}
