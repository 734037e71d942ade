using Microsoft.Extensions.Time.Testing;
using Millrace.Core;

namespace Millrace.Local.Tests;

public sealed class StagePauseTests : IDisposable
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
    private readonly FakeDatacenter _datacenter = new(DatacenterCatalog.Parse("""{ "datacenters": { "eqiad": { "kafkaCluster": "a", "bootstrapServers": "one:9092" } } }"""u8.ToArray(), "test").Datacenters[0]) { Replicas = 2 };

    public void Dispose() => _datacenter.Dispose();

    [Fact]
    public async Task What_runs_is_paused_until_the_work_is_done()
    {
        var pause = new StagePause(_datacenter, "Test", TimeSpan.FromMinutes(1), _time);

        await pause.RunAsync(() =>
        {
            Assert.Equal((true, 0), (_datacenter.IsPaused, _datacenter.Replicas));
            return Task.CompletedTask;
        }, CancellationToken.None);

        Assert.Equal(["pause", "resume"], _datacenter.Orders);
        Assert.False(pause.WasPaused);
    }

    [Fact]
    public async Task What_fails_leaves_it_running_as_it_was()
    {
        var pause = new StagePause(_datacenter, "Test", TimeSpan.FromMinutes(1), _time);

        await Assert.ThrowsAsync<SinkException>(() => pause.RunAsync(() => throw new SinkException("No."), CancellationToken.None));

        Assert.Equal(["pause", "resume"], _datacenter.Orders);
    }

    [Fact]
    public async Task What_was_paused_already_stays_so()
    {
        (_datacenter.IsPaused, _datacenter.Replicas) = (true, 0);
        var (pause, done) = (new StagePause(_datacenter, "Test", TimeSpan.FromMinutes(1), _time), false);

        await pause.RunAsync(() =>
        {
            done = true;
            return Task.CompletedTask;
        }, CancellationToken.None);

        Assert.True(done && pause.WasPaused);
        Assert.Empty(_datacenter.Orders);
    }

    [Fact]
    public async Task What_does_not_end_in_time_is_told_and_nothing_is_done()
    {
        using var stubborn = new FakeDatacenter(_datacenter.Definition) { IsStubborn = true, Replicas = 2 };
        var (pause, done) = (new StagePause(stubborn, "Test", TimeSpan.Zero, _time), false);

        var refusal = await Assert.ThrowsAsync<FailoverException>(() => pause.RunAsync(() =>
        {
            done = true;
            return Task.CompletedTask;
        }, CancellationToken.None));

        Assert.Contains("still has 2 replicas in eqiad", refusal.Message, StringComparison.Ordinal);
        Assert.False(done);
        Assert.Equal(["pause", "resume"], stubborn.Orders);
    }
}
