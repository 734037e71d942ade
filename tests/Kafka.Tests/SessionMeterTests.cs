using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

public sealed class SessionMeterTests : ExactlyOnceFixture
{
    // The meter is the process's, and other tests fence, too: so the stage has a name of its own.
    private readonly StageDefinition _stage = Testing.Some.Stage() with { Name = "Seen" };

    [Fact]
    public async Task A_partition_that_is_taken_over_by_another_shows_as_an_opening_there_and_a_fencing_here()
    {
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Meter.Name == "Millrace.Kafka") { listening.EnableMeasurementEvents(instrument); } } };
        var sums = new ConcurrentDictionary<string, long>();
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags[0].Value is "Seen")
            {
                sums.AddOrUpdate(instrument.Name, value, (_, known) => known + value);
            }
        });
        listener.Start();
        await FeedAsync(20);
        var first = Sink();
        await UseAsync(first, 5);
        Assert.Equal((1, 1, 0), Seen());

        var second = Sink();
        await UseAsync(second, 10);
        Assert.Equal((2, 2, 0), Seen());

        // It finds out when it next writes, and takes the partition back.
        await UseAsync(first, 20);
        Assert.Equal((2, 3, 1), Seen());

        await first.DisposeAsync();
        Assert.Equal((1, 3, 1), Seen());

        (long Open, long Openings, long Fencings) Seen() =>
            (sums.GetValueOrDefault("millrace.kafka.sessions"), sums.GetValueOrDefault("millrace.kafka.session.openings"), sums.GetValueOrDefault("millrace.kafka.session.fencings"));
    }

    private async Task UseAsync(KafkaSink sink, int to)
    {
        await using var session = await sink.OpenAsync(_stage, new StreamPartition(Testing.Some.Input, 0), CancellationToken.None);
        await AppendAsync(session, 0, to);
        Assert.Empty(await SettleAsync(session));
    }
}
