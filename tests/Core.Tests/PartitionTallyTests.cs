using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Testing;

namespace Millrace.Core.Tests;

public sealed class PartitionTallyTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Each_partition_has_an_account_of_its_own()
    {
        var runner = Runner(StageFunc.Echo, new InMemorySink());

        await runner.RunAsync([Some.Record(4), Some.Record(5), Some.Record(9, partition: 1)], CancellationToken.None);

        var partitions = runner.Tally.Partitions.OrderBy(partition => partition.Partition.Partition).ToList();
        Assert.Equal([(2, 2, 6), (1, 1, 10)], partitions.Select(partition => (partition.Taken, partition.Emitted, partition.Checkpoint!.Value)));
        Assert.All(partitions, partition => Assert.Equal((0, 0, 0), (partition.InFlight, partition.Returned, partition.Repeated)));
    }

    [Fact]
    public async Task What_the_host_gives_again_is_repeated_and_what_has_no_outcome_is_returned()
    {
        var broken = true;
        var sink = new InMemorySink();
        sink.OnSettle = _ =>
        {
            if (broken)
            {
                throw new SinkException("It broke.");
            }
        };
        var runner = Runner(StageFunc.Echo, sink);
        var run = runner.RunAsync([Some.Record(0), Some.Record(1)], CancellationToken.None);
        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<SinkException>(() => run);
        broken = false;
        await runner.RunAsync([Some.Record(0), Some.Record(1)], CancellationToken.None);
        sink.Checkpoint = _ => 2;
        await runner.RunAsync([Some.Record(1), Some.Record(2)], CancellationToken.None);

        var partition = Assert.Single(runner.Tally.Partitions);
        Assert.Equal((6, 2, 1, 3, 0), (partition.Taken, partition.Returned, partition.Repeated, partition.Emitted, partition.InFlight));
    }

    [Fact]
    public async Task The_oldest_event_in_flight_grows_old_until_it_is_settled()
    {
        var finish = new TaskCompletionSource();
        var runner = Runner(
            new StageFunc(async (_, _) =>
            {
                await finish.Task;
                return new Outcome.Filtered("done");
            }),
            new InMemorySink());
        var run = runner.RunAsync([Some.Record(0)], CancellationToken.None);
        var partition = Assert.Single(runner.Tally.Partitions);

        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal((1, TimeSpan.FromSeconds(7)), (partition.InFlight, partition.OldestInFlight));
        finish.SetResult();
        await run;
        Assert.Equal((0, TimeSpan.Zero), (partition.InFlight, partition.OldestInFlight));
    }

    [Fact]
    public async Task A_stage_that_makes_a_name_of_every_event_has_a_bounded_number_of_them()
    {
        var runner = Runner(new StageFunc((_, _) => new(new Outcome.Filtered(Guid.NewGuid().ToString()))), new InMemorySink());

        await runner.RunAsync([.. Enumerable.Range(0, 200).Select(offset => Some.Record(offset))], CancellationToken.None);

        var reasons = Assert.Single(runner.Tally.Partitions).FilteredBy;
        Assert.Equal((NameCap.Most + 1, 200), (reasons.Count, reasons.Values.Sum()));
        Assert.Equal(200 - NameCap.Most, reasons[NameCap.Other]);
    }

    [Fact]
    public void Measuring_an_event_allocates_nothing_while_somebody_listens()
    {
        var heard = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Name == "messaging.process.duration") { listening.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => heard += tags.Length > 0 ? 1 : 0);
        listener.Start();
        var meter = new StageMeter("measured");
        Measure(meter);
        heard = 0;

        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(meter);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(heard, 200, int.MaxValue);

        static void Measure(StageMeter meter)
        {
            for (var i = 0; i < 100; i++)
            {
                meter.Processed(TimeSpan.FromMilliseconds(i), null);
                meter.Processed(TimeSpan.FromMilliseconds(i), ErrorTypes.Timeout);
            }
        }
    }

    private StageRunner Runner(StageFunc stage, InMemorySink sink)
    {
        var definition = Some.Stage();
        return new StageRunner(definition, new StagePipeline(definition, stage, new AnySchema(), _time), sink, _time, NullLogger<StageRunner>.Instance);
    }
}
