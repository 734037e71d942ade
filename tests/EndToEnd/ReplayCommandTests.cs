using Millrace.Broker;
using Millrace.Core;
using Millrace.Local;

namespace Millrace.EndToEnd;

/// <summary>Requests of replays, of a command that dies at any of its own requests.</summary>
public sealed class ReplayCommandTests
{
    private static readonly StageDefinition PageChange = PageChangeCluster.PageChange;

    [Theory]
    [InlineData(ApiKey.InitProducerId, null)]
    [InlineData(ApiKey.AddPartitionsToTxn, null)]
    [InlineData(ApiKey.Produce, null)]
    [InlineData(ApiKey.Produce, DropPoint.AfterApplying)]
    [InlineData(ApiKey.EndTxn, null)]
    [InlineData(ApiKey.EndTxn, DropPoint.AfterApplying)]
    public async Task A_command_that_is_killed_at_any_request_and_given_again_replays_each_event_once(ApiKey request, DropPoint? point)
    {
        using var cluster = new PageChangeCluster();
        var inputs = cluster.Fail(new SampleEvents(3), 25);
        using var directory = new MillraceCommand();
        string[] replay = ["errors", "replay", "--stage", "PageChange", "--kafka", cluster.Kafka.BootstrapServers!];
        if (point is { } drop)
        {
            cluster.Broker.Faults.Drop(request, drop, 1, PageChange.ReplayTopic);
        }
        else
        {
            cluster.Broker.Faults.Delay(TimeSpan.FromMinutes(10), request, 1, PageChange.ReplayTopic);
        }

        using (var killed = directory.Start(replay))
        {
            while (cluster.Broker.Faults.Pending.Count > 0 && !killed.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }

            await killed.KillAsync();
        }

        Assert.Empty(cluster.Broker.Faults.Pending);
        var second = await directory.RunAsync(replay);
        var third = await directory.RunAsync([.. replay, "--json"]);

        Assert.True(second.ExitCode == 0, second.Output + second.Error);
        Assert.Equal((0, 25), (third.Summary.GetProperty("planned_count").GetInt32(), third.Summary.GetProperty("already_done_count").GetInt32()));
        var written = (await cluster.ReadAsync(PageChange.ReplayTopic)).Select(ReplayStamp.Read).OfType<ReplayStamp>().Select(stamp => stamp.Origin).ToList();
        Assert.Equal(inputs.Select(input => input.Position).OrderBy(position => position.Partition).ThenBy(position => position.Offset), written.OrderBy(position => position.Partition));
    }
}
