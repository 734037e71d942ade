using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Millrace.Broker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What a rebalance is to the host's consumers, as it is measured.</summary>
public sealed class PartitionMeterTests : IDisposable
{
    private readonly Topic _topic = new(partitions: 2);
    private readonly ConcurrentDictionary<object, long> _changes = [];
    private readonly MeterListener _listener = new() { InstrumentPublished = (instrument, listening) => { if (instrument.Meter.Name == "Millrace.FunctionsHost") { listening.EnableMeasurementEvents(instrument); } } };
    private readonly string _group = $"measured-{Guid.NewGuid():N}";

    public PartitionMeterTests()
    {
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Assert.Equal("millrace.kafka.partition.changes", instrument.Name);
            if (tags[0].Value is string group && group == _group)
            {
                _changes.AddOrUpdate(tags[1].Value!, value, (_, known) => known + value);
            }
        });
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _topic.Dispose();
    }

    [Fact]
    public async Task Partitions_are_counted_when_they_are_assigned_and_when_they_are_revoked()
    {
        var host = await StartAsync();
        Assert.Equal((2, 0, 0), Seen());

        await host.DisposeAsync();

        Assert.Equal((2, 2, 0), Seen());
    }

    [Fact]
    public async Task Partitions_are_lost_to_a_group_that_goes_on_without_the_host()
    {
        await using var host = await StartAsync();
        using var patience = new CancellationTokenSource(Calls.Patience);
        _topic.Broker.Faults.Fail(ApiKey.Heartbeat, 1, KafkaError.UnknownMemberId);
        while (Seen().Lost < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }

        Assert.Equal(0, Seen().Revoked);
    }

    private (long Assigned, long Revoked, long Lost) Seen() => (_changes.GetValueOrDefault("assigned"), _changes.GetValueOrDefault("revoked"), _changes.GetValueOrDefault("lost"));

    private Task<TestHost> StartAsync()
    {
        string[] arguments = [.. TestHost.Arguments("Batched", _topic.Broker.BootstrapServers, Topic.Name).Where(argument => !argument.StartsWith("--Group=", StringComparison.Ordinal)), $"--Group={_group}"];
        return TestHost.StartAsync(arguments, new Calls());
    }
}
