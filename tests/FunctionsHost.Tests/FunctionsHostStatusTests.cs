using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker;

namespace Millrace.FunctionsHost.Tests;

public sealed class FunctionsHostStatusTests
{
    [Fact]
    public async Task It_tells_what_the_function_is_doing_and_how_much_it_was_given()
    {
        using var topic = new Topic();
        var release = new TaskCompletionSource();
        var calls = new Calls(_ => release.Task);
        await using var host = await TestHost.StartAsync(TestHost.Arguments("Batched", topic.Broker.BootstrapServers, Topic.Name, ("maxBatchSize", 2)), calls);
        Assert.Equal("Batched", host.Status.Name);
        Assert.Equal(FunctionState.Waiting, host.Status.State);
        Assert.Equal(topic.Partitions, host.Status.Partitions);

        await topic.ProduceAsync(2);
        await calls.NextAsync();
        Assert.Equal(FunctionState.Running, host.Status.State);
        Assert.Equal((1, 2), (host.Status.Batches, host.Status.Records));

        release.SetResult();
        await host.StopAsync();
        Assert.Equal(FunctionState.Stopped, host.Status.State);
        Assert.Empty(host.Status.Partitions);
    }

    [Fact]
    public async Task Without_its_topic_a_function_is_starting_until_the_topic_appears()
    {
        using var broker = EmbeddedBroker.Start();
        using var host = TestHost.Build(TestHost.Arguments("Batched", broker.BootstrapServers, "absent"), new Calls());
        await host.StartAsync();
        var status = host.Services.GetRequiredService<FunctionsHostStatus>();
        var function = Assert.Single(status.Functions);
        Assert.Equal(FunctionState.Starting, function.State);

        broker.CreateTopic("absent");
        await status.WhenAssignedAsync().WaitAsync(Calls.Patience);

        Assert.Equal(FunctionState.Waiting, function.State);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_function_that_threw_shows_its_error()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        var calls = new Calls(call => call.Number == 1 ? throw new InvalidOperationException("shown") : Task.CompletedTask);
        await using var host = await TestHost.StartAsync(TestHost.Arguments("Batched", topic.Broker.BootstrapServers, Topic.Name, ("maxBatchSize", 1)), calls);

        await calls.TakeAsync(2);

        Assert.Equal("shown", host.Status.LastError?.Message);
    }

    [Fact]
    public async Task A_consumer_that_dies_is_replaced_after_a_pause()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var calls = new Calls();
        var time = new PauseRecorder();
        // The one answer to a consumer that the client takes for fatal.
        topic.Broker.Faults.Fail(ApiKey.JoinGroup, 1, KafkaError.FencedInstanceId);
        using var host = TestHost.Build(
            TestHost.Arguments("Batched", topic.Broker.BootstrapServers, Topic.Name, ("maxBatchSize", 1)),
            calls,
            builder => builder.Services.AddSingleton<TimeProvider>(time));
        await host.StartAsync();

        await time.FirstPause.WaitAsync(Calls.Patience);
        var function = Assert.Single(host.Services.GetRequiredService<FunctionsHostStatus>().Functions);
        Assert.IsAssignableFrom<KafkaException>(function.LastError);
        time.EndPauses();

        Assert.Equal(["events/0/0"], (await calls.NextAsync()).Positions);
        await host.StopAsync();
    }

    /// <summary>A clock that runs, but whose pauses last until the test ends them.</summary>
    private sealed class PauseRecorder : TimeProvider
    {
        private readonly FakeTimeProvider _pauses = new();
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstPause => _first.Task;

        public void EndPauses() => _pauses.Advance(TimeSpan.FromMinutes(1));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _pauses.CreateTimer(callback, state, dueTime, period);
            _first.TrySetResult();
            return timer;
        }
    }
}
