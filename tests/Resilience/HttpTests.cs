namespace Millrace.Resilience;

/// <summary>Workers that post to an HTTP address: at least once, and known by their idempotency keys.</summary>
public sealed class HttpTests(ITestOutputHelper output)
{
    [Fact]
    public Task Workers_killed_and_stopped_post_every_event_and_no_key_has_two_contents() => Brief.RunAsync(output, Stores.HttpWorkers);

    [Fact]
    public Task A_server_that_goes_away_and_returns_has_every_event() => Brief.RunAsync(output, Stores.HttpAway);

    [Fact]
    public Task One_event_that_the_server_refuses_is_one_error_event() => Brief.RunAsync(output, Stores.HttpPoison);
}
