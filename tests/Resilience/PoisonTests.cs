namespace Millrace.Resilience;

/// <summary>Events that cannot be processed.</summary>
public sealed class PoisonTests(ITestOutputHelper output)
{
    [Fact]
    public Task Poison_at_any_place_of_a_batch_is_in_the_error_stream_once() => Brief.RunAsync(output, Poison.Places);

    [Fact]
    public Task A_missing_error_topic_is_waited_for() => Brief.RunAsync(output, Poison.NoErrorTopic);

    [Fact]
    public Task An_error_topic_that_refuses_error_events_is_waited_for() => Brief.RunAsync(output, Poison.StrictErrorTopic);
}
