using System.Runtime.CompilerServices;

namespace Millrace.Local.Tests;

/// <summary>What feeds a session, and when it ends.</summary>
public sealed class FeederTests
{
    [Fact]
    public async Task One_that_is_closed_while_it_feeds_feeds_no_more_and_has_ended_then()
    {
        using var cluster = new ObservedCluster();
        using var account = new DevAccount([], cluster.Platform.Catalog, cluster.Kafka, collector: null);
        var feeder = new Feeder(cluster.Kafka, cluster.Platform.Catalog, account);
        var many = new TaskCompletionSource();

        var feed = feeder.RunAsync(EndlessAsync(many), CancellationToken.None);
        await many.Task;
        await feeder.DisposeAsync();

        Assert.True(feed.IsCanceled, $"{feed.Status}: {feed.Exception}");
    }

    private static async IAsyncEnumerable<FeedEvent> EndlessAsync(TaskCompletionSource many, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var fed = 0; ; fed++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (fed == 1_000)
            {
                many.SetResult();
            }

            if (fed % 100 == 0)
            {
                await Task.Yield();
            }

            yield return new FeedEvent(ObservedCluster.Input, "{}"u8.ToArray());
        }
    }
}
