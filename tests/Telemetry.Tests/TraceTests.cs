using System.Diagnostics;

namespace Millrace.Telemetry.Tests;

/// <summary>One trace through two stages and a lookup, of an event that came with a sampled parent.</summary>
[Collection(OneApp.Name)]
public sealed class TraceTests(TelemetryApp app)
{
    private IEnumerable<Activity> Named(string name) => app.Spans.Ended.Where(span => span.DisplayName == name);

    [Fact]
    public void The_first_stage_continues_the_trace_that_the_event_came_with()
    {
        var first = Assert.Single(Named("process PageChange"));

        Assert.Equal((TelemetryApp.Trace, TelemetryApp.Parent), (first.TraceId.ToHexString(), first.ParentSpanId.ToHexString()));
        Assert.Equal(ActivityKind.Consumer, first.Kind);
        Assert.Equal((TelemetryApp.Revisions, "0", "kafka"), (first.GetTagItem("messaging.destination.name"), first.GetTagItem("messaging.destination.partition.id"), first.GetTagItem("messaging.system")));
    }

    [Fact]
    public void The_second_stage_is_a_child_of_the_first_and_lookups_are_children_of_the_second()
    {
        var (first, second) = (Assert.Single(Named("process PageChange")), Assert.Single(Named("process PageContentChange")));
        var lookups = Named("lookup wiki").ToList();

        Assert.Equal((first.TraceId, first.SpanId), (second.TraceId, second.ParentSpanId));
        Assert.Equal(2, lookups.Count);
        Assert.All(lookups, lookup => Assert.Equal((second.TraceId, second.SpanId), (lookup.TraceId, lookup.ParentSpanId)));
        Assert.All(lookups, lookup => Assert.Equal("wiki.example.org", lookup.GetTagItem("server.address")));
    }

    [Fact]
    public void Settling_a_batch_is_linked_to_each_of_its_recorded_events()
    {
        var first = Assert.Single(Named("process PageChange"));
        var settle = Assert.Single(Named("settle PageChange"));

        Assert.Equal(first.SpanId, settle.ParentSpanId);
        Assert.Equal(first.SpanId, Assert.Single(settle.Links).Context.SpanId);
        Assert.Equal("settle", settle.GetTagItem("messaging.operation.type"));
    }

    [Fact]
    public void An_event_whose_parent_is_not_sampled_has_no_span() =>
        Assert.DoesNotContain(app.Spans.Ended, span => span.GetTagItem("error.type") is not null || span.TraceId.ToHexString() != TelemetryApp.Trace);
}
