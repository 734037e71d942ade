using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;

namespace Millrace.Connectors.Tests;

/// <summary>What is measured of a commit into a store.</summary>
public sealed class StoreCommitTests : IDisposable
{
    private readonly string _stage = $"measured-{Guid.NewGuid():N}";
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<(double Seconds, string? ErrorType)> _seen = new();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly MeterListener _meters = new() { InstrumentPublished = (instrument, listening) => { if (instrument.Meter.Name == "Millrace.Connectors") { listening.EnableMeasurementEvents(instrument); } } };
    private readonly ActivitySource _stages = new("Millrace");
    private readonly ActivityListener _listener = new() { ShouldListenTo = source => source.Name is "Millrace" or "Millrace.Connectors", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };

    public StoreCommitTests()
    {
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (tags[0].Value is string stage && stage == _stage)
            {
                Assert.Equal(("millrace.store.commit.duration", "memory"), (instrument.Name, tags[1].Value));
                _seen.Enqueue((value, tags.Length > 2 ? (string?)tags[2].Value : null));
            }
        });
        _meters.Start();
        _listener.ActivityStopped = span =>
        {
            if (span.GetTagItem("millrace.stage") as string == _stage)
            {
                _spans.Enqueue(span);
            }
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _listener.Dispose();
        _stages.Dispose();
    }

    [Fact]
    public async Task Each_commit_is_measured_by_the_clock()
    {
        await RunAsync(() => _time.Advance(TimeSpan.FromSeconds(3)));

        Assert.Equal([(3, null)], _seen);
    }

    [Theory]
    [InlineData(true, "unavailable")]
    [InlineData(false, "taken_over")]
    public async Task One_that_fails_says_how(bool canRetry, string errorType)
    {
        using (_stages.StartActivity("settle"))
        {
            await Assert.ThrowsAsync<SinkException>(() => RunAsync(() => throw new SinkException("It does not work.") { CanRetry = canRetry }));
        }

        Assert.Equal([(0, errorType)], _seen);
        var span = Assert.Single(_spans);
        Assert.Equal((ActivityStatusCode.Error, errorType), (span.Status, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Its_span_is_below_that_of_the_batch_and_has_the_same_links()
    {
        var happened = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        using var settle = _stages.StartActivity("settle", ActivityKind.Client, happened, links: [new ActivityLink(happened)]);

        await RunAsync(() => { });

        var span = Assert.Single(_spans);
        Assert.Equal((settle!.SpanId, happened.SpanId, "commit memory"), (span.ParentSpanId, Assert.Single(span.Links).Context.SpanId, span.DisplayName));
    }

    [Fact]
    public async Task A_batch_without_a_span_has_none_below_it()
    {
        await RunAsync(() => { });

        Assert.Empty(_spans);
    }

    private async Task RunAsync(Action commit) => await new StoreCommit(_stage, "memory", _time).RunAsync(new Session(commit), 1, CancellationToken.None);

    private sealed class Session(Action commit) : IStoreSession
    {
        public long Checkpoint => 0;

        public long HeldBytes => 0;

        public ValueTask AppendAsync(ProcessedRecord accepted, CancellationToken cancellation) => default;

        public ValueTask<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, CancellationToken cancellation)
        {
            commit();
            return new([]);
        }

        public ValueTask DisposeAsync() => default;
    }
}
