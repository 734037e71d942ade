using Millrace.Core;

namespace Millrace.Telemetry.Tests;

/// <summary>What /metrics says after an event was enriched, one failed and one was filtered, with a collector that is away.</summary>
[Collection(OneApp.Name)]
public sealed class MetricsTests(TelemetryApp app)
{
    private const string Stage = "millrace_stage";
    private const string Topic = "messaging_destination_name";
    private const string Partition = "messaging_destination_partition_id";

    [Fact]
    public void Each_outcome_is_counted_for_its_stage_and_partition()
    {
        Assert.Equal(1, app.Page.Sum("millrace_stage_events_emitted_total", (Stage, "PageChange"), (Topic, TelemetryApp.Revisions), (Partition, "0")));
        Assert.Equal(1, app.Page.Sum("millrace_stage_events_outputs_total", (Stage, "PageChange")));
        Assert.Equal(1, app.Page.Sum("millrace_stage_events_failed_total", (Stage, "PageChange"), (Topic, TelemetryApp.Revisions), ("error_type", ErrorTypes.MalformedJson)));
        Assert.Equal(1, app.Page.Sum("millrace_stage_events_filtered_total", (Stage, "PageContentChange"), (Topic, TelemetryApp.Changes), ("millrace_filter_reason", "canary")));
    }

    [Fact]
    public void What_was_taken_is_accounted_for()
    {
        string[] ends = ["repeated", "returned", "emitted", "filtered", "failed"];
        foreach (var stage in (string[])["PageChange", "PageContentChange"])
        {
            var accounted = ends.Sum(end => app.Page.Sum($"millrace_stage_events_{end}_total", (Stage, stage))) + app.Page.Sum("millrace_stage_events_in_flight", (Stage, stage));
            Assert.Equal(app.Page.Sum("millrace_stage_events_taken_total", (Stage, stage)), accounted);
        }
    }

    [Fact]
    public void Durations_of_events_and_of_settling_are_histograms_with_the_names_of_the_conventions()
    {
        Assert.Equal("histogram", app.Page.Types["messaging_process_duration_seconds"]);
        Assert.Equal(1, app.Page.Sum("messaging_process_duration_seconds_count", (Stage, "PageChange"), ("error_type", ErrorTypes.MalformedJson), ("messaging_system", "kafka"), ("messaging_operation_name", "process")));
        Assert.InRange(app.Page.Sum("millrace_stage_settle_duration_seconds_count", (Stage, "PageContentChange"), (Topic, TelemetryApp.Changes), (Partition, "0")), 1, 10);
    }

    [Fact]
    public void The_checkpoint_stands_behind_what_is_settled_and_nothing_is_blocked()
    {
        var input = new StreamPartition(TelemetryApp.Revisions, 0);
        var tally = app.Stages.Single(stage => stage.Stage.Name == "PageChange").Tally.Partitions.Single(partition => partition.Partition == input);

        Assert.Equal(3, tally.Checkpoint);
        Assert.Equal(3, app.Page.Sum("millrace_stage_checkpoint", (Stage, "PageChange"), (Topic, TelemetryApp.Revisions)));
        Assert.True(app.Page.Has("millrace_stage_partition_blocked"));
        Assert.Equal(0, app.Page.Sum("millrace_stage_partition_blocked"));
    }

    [Fact]
    public async Task Lag_in_events_and_seconds_is_that_of_the_triggers_group_and_ends_when_it_has_read_all()
    {
        var page = await app.UntilAsync(page => page.Has("millrace_stage_lag_events") && page.Sum("millrace_stage_lag_events") == 0);

        Assert.Equal(0, page.Sum("millrace_stage_lag_time_seconds"));
        Assert.Equal(["mediawiki.page-create", TelemetryApp.Changes, TelemetryApp.Contents, TelemetryApp.Revisions], page.ValuesOf("millrace_stage_lag_events", Topic).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Retries_of_a_lookup_and_of_an_event_are_counted_apart_and_so_is_what_the_cache_had()
    {
        (string, string) wiki = ("millrace_lookup_name", "wiki");

        Assert.Equal(1, app.Page.Sum("millrace_lookup_retries_total", wiki));
        Assert.Equal(2, app.Page.Sum("millrace_lookup_duration_seconds_count", wiki));
        Assert.Equal(0, app.Page.Sum("millrace_lookup_circuit_state", wiki));
        Assert.Equal(2, app.Page.Sum("millrace_lookup_cache_requests_total", wiki, ("result", "miss")));
        Assert.InRange(app.Page.Sum("millrace_stage_retries_total", (Stage, "PageContentChange")), 1, 100);
    }

    [Fact]
    public void A_store_tells_how_long_its_commits_take()
    {
        Assert.Equal("histogram", app.Page.Types["millrace_store_commit_duration_seconds"]);
        Assert.InRange(app.Page.Sum("millrace_store_commit_duration_seconds_count", (Stage, "ToLake"), ("millrace_store", "lake")), 1, 10);
    }

    [Fact]
    public void Partitions_that_consumers_were_given_are_counted_by_their_groups()
    {
        (string, string) assigned = ("millrace_change", "assigned");

        // Its two consumers come one after the other, which may be a rebalance already.
        Assert.InRange(app.Page.Sum("millrace_kafka_partition_changes_total", ("messaging_consumer_group_name", "PageChange"), assigned), 2, 10);
        Assert.Equal(1, app.Page.Sum("millrace_kafka_partition_changes_total", ("messaging_consumer_group_name", "ToLake"), assigned));
    }

    [Fact]
    public void Sessions_that_were_opened_are_open()
    {
        Assert.Equal(2, app.Page.Sum("millrace_kafka_sessions", (Stage, "PageChange")));
        Assert.Equal(2, app.Page.Sum("millrace_kafka_session_openings_total", (Stage, "PageChange")));
        Assert.Equal(1, app.Page.Sum("millrace_kafka_sessions", (Stage, "PageContentChange")));
    }
}
