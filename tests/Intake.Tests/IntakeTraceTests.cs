using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Microsoft.AspNetCore.Http;

namespace Millrace.Intake.Tests;

/// <summary>The span of a body that is taken, and where the traces of its events go on from.</summary>
[Collection(Alone.Name)]
public sealed class IntakeTraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = "00f067aa0ba902b7";

    private readonly ConcurrentQueue<Activity> _ended = new();

    [Fact]
    public async Task Events_go_on_from_the_span_of_their_request_which_is_below_the_one_that_the_request_names()
    {
        using var listener = Listen(ActivitySamplingResult.AllDataAndRecorded);
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(Encoding.UTF8.GetBytes($"[{IntakeApp.Event()},{IntakeApp.Event()}]"), headers: [("traceparent", $"00-{Trace}-{Parent}-01")]);

        var span = Assert.Single(_ended);
        Assert.Equal((Trace, Parent, ActivityKind.Producer, 2), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.Kind, span.GetTagItem("messaging.batch.message_count")));
        Assert.All(app.Read("things", 2), record => Assert.Equal($"00-{Trace}-{span.SpanId}-01", TraceOf(record)));
    }

    [Fact]
    public async Task Without_a_trace_in_the_request_one_begins()
    {
        using var listener = Listen(ActivitySamplingResult.AllDataAndRecorded);
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(IntakeApp.Event());

        var span = Assert.Single(_ended);
        Assert.Equal(default, span.ParentSpanId);
        Assert.Equal(span.Id, TraceOf(app.Read("things", 1).Single()));
    }

    [Fact]
    public async Task What_is_refused_shows_in_the_span_and_its_error_event_goes_on_with_the_trace()
    {
        using var listener = Listen(ActivitySamplingResult.AllDataAndRecorded);
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error");

        using var answer = await app.PostAsync(IntakeApp.Event().Replace("\"n\"", "7", StringComparison.Ordinal));

        var span = Assert.Single(_ended);
        Assert.Equal((ActivityStatusCode.Error, null, "invalid_event"), (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
        Assert.Equal(span.Id, TraceOf(app.Read("EventIntake.error", 1).Single()));
    }

    [Fact]
    public async Task A_body_that_is_refused_as_a_whole_has_a_span_that_says_so()
    {
        using var listener = Listen(ActivitySamplingResult.AllDataAndRecorded);
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync("{");

        Assert.Equal((ActivityStatusCode.Error, "400"), (Assert.Single(_ended).Status, _ended.Single().GetTagItem("error.type")));
    }

    [Theory]
    [InlineData(ActivitySamplingResult.None)]
    [InlineData(ActivitySamplingResult.PropagationData)]
    public async Task A_trace_that_is_not_sampled_goes_through_as_it_came(ActivitySamplingResult sampled)
    {
        using var listener = Listen(sampled);
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(Encoding.UTF8.GetBytes(IntakeApp.Event()), headers: [("traceparent", $"00-{Trace}-{Parent}-00")]);

        Assert.Equal($"00-{Trace}-{Parent}-00", TraceOf(app.Read("things", 1).Single()));
    }

    [Fact]
    public void Where_nobody_listens_nothing_is_begun_and_nothing_is_allocated()
    {
        var headers = new HeaderDictionary();
        Look(10);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Look(1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Look(int times)
        {
            for (var time = 0; time < times; time++)
            {
                Assert.False(IntakeTrace.IsListenedTo);
                _ = IntakeTrace.HeadersOf(null, headers).Count;
            }
        }
    }

    private ActivityListener Listen(ActivitySamplingResult sampled)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Millrace.Intake",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampled,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string TraceOf(ConsumeResult<byte[]?, byte[]> record) => Encoding.ASCII.GetString(record.Message.Headers.GetLastBytes("traceparent"));
}
