using System.Diagnostics;

namespace Millrace.Telemetry.Tests;

/// <summary>One trace from a request through the intake, two stages and a lookup into a store, of an event whose request came with a sampled parent.</summary>
[Collection(OneApp.Name)]
public sealed class TraceTests(TelemetryApp app)
{
    private IEnumerable<Activity> Named(string name) => app.Spans.Ended.Where(span => span.DisplayName == name);

    [Fact]
    public void The_intake_continues_the_trace_that_the_request_came_with()
    {
        var intake = Assert.Single(Named("send events"));

        Assert.Equal((TelemetryApp.Trace, TelemetryApp.Parent), (intake.TraceId.ToHexString(), intake.ParentSpanId.ToHexString()));
        Assert.Equal((ActivityKind.Producer, "send", 1, ActivityStatusCode.Unset), (intake.Kind, intake.GetTagItem("messaging.operation.type"), intake.GetTagItem("messaging.batch.message_count"), intake.Status));
    }

    [Fact]
    public void The_first_stage_is_a_child_of_the_intake()
    {
        var (intake, first) = (Assert.Single(Named("send events")), Assert.Single(Named("process PageChange")));

        Assert.Equal((intake.TraceId, intake.SpanId), (first.TraceId, first.ParentSpanId));
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
    public void The_connector_is_a_child_of_the_last_stage_and_its_commit_a_child_of_settling_linked_to_the_event()
    {
        var (last, connector) = (Assert.Single(Named("process PageContentChange")), Assert.Single(Named("process ToLake")));
        var (settle, commit) = (Assert.Single(Named("settle ToLake")), Assert.Single(Named("commit lake")));

        Assert.Equal((last.TraceId, last.SpanId), (connector.TraceId, connector.ParentSpanId));
        Assert.Equal((connector.TraceId, connector.SpanId), (settle.TraceId, settle.ParentSpanId));
        Assert.Equal((settle.TraceId, settle.SpanId), (commit.TraceId, commit.ParentSpanId));
        Assert.Equal(connector.SpanId, Assert.Single(commit.Links).Context.SpanId);
        Assert.Equal(("ToLake", "lake"), (commit.GetTagItem("millrace.stage"), commit.GetTagItem("millrace.store")));
    }

    [Fact]
    public void All_spans_of_the_way_are_of_one_trace_and_each_has_its_parent_among_them()
    {
        var spans = app.Spans.Ended.ToDictionary(span => span.SpanId);

        Assert.Equal(
            ["commit lake", "lookup wiki", "lookup wiki", "process PageChange", "process PageContentChange", "process ToLake", "send events", "settle PageChange", "settle PageContentChange", "settle ToLake"],
            spans.Values.Select(span => span.DisplayName).Order(StringComparer.Ordinal));
        Assert.All(spans.Values, span => Assert.True(spans.ContainsKey(span.ParentSpanId) || span.ParentSpanId.ToHexString() == TelemetryApp.Parent, $"{span.DisplayName} has a parent that nobody has seen."));
    }

    [Fact]
    public void An_event_whose_parent_is_not_sampled_has_no_span() =>
        Assert.DoesNotContain(app.Spans.Ended, span => span.GetTagItem("error.type") is not null || span.TraceId.ToHexString() != TelemetryApp.Trace);
}
