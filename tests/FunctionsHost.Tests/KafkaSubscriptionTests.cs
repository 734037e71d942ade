using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Millrace.FunctionsHost.Tests;

/// <summary>A consumer that leaves while its group is on the move.</summary>
public sealed class KafkaSubscriptionTests : IDisposable
{
    private readonly Topic _topic = new(partitions: 4);

    public void Dispose() => _topic.Dispose();

    [Fact]
    public async Task One_that_was_given_partitions_and_never_told_of_it_leaves_all_the_same()
    {
        var subscription = Subscribe();
        await MembersHaveAsync(1, 4);

        await LeaveAsync(subscription);
    }

    [Fact]
    public async Task Members_that_leave_while_the_group_moves_do_not_wait_for_what_they_were_not_told()
    {
        var first = Subscribe();
        using var stop = new CancellationTokenSource();
        var running = first.RunAsync(store => new BatchRunner(null!, null!, new KafkaOptions(), store, new FunctionStatus("Test"), NullLogger.Instance), stop.Token);
        await MembersHaveAsync(1, 4);
        await stop.CancelAsync();
        await running;

        // From now on it is told of nothing, and the group moves.
        var others = Enumerable.Range(0, 3).Select(_ => Subscribe()).ToList();
        await Task.Delay(Settings().HeartbeatIntervalMs!.Value * TimeSpan.FromMilliseconds(5), TimeProvider.System);

        await Task.WhenAll(others.Prepend(first).Select(LeaveAsync));
    }

    // The client's close, where it hangs, hangs for ever.
    private static Task LeaveAsync(KafkaSubscription subscription) =>
        Task.Factory.StartNew(subscription.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Calls.Patience);

    private KafkaSubscription Subscribe() => new("Test", Topic.Name, Settings(), new KafkaOptions(), new FunctionStatus("Test"), TimeProvider.System, NullLogger.Instance);

    private ConsumerConfig Settings() => new() { BootstrapServers = _topic.Broker.BootstrapServers, GroupId = Topic.Group, EnableAutoOffsetStore = false, HeartbeatIntervalMs = 100 };

    private async Task MembersHaveAsync(int members, int partitions)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _topic.Broker.BootstrapServers }).Build();
        using var patience = new CancellationTokenSource(Calls.Patience);
        while (true)
        {
            var group = (await admin.DescribeConsumerGroupsAsync([Topic.Group])).ConsumerGroupDescriptions[0];
            if (group.Members.Count == members && group.Members.Sum(member => member.Assignment.TopicPartitions.Count) == partitions)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }
}
