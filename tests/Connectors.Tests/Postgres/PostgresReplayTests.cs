using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Connectors.Tests;

/// <summary>Events that PostgreSQL refused, or that never came so far, and are given to the connector once more.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class PostgresReplayTests(PostgresFixture server)
{
    private static readonly StreamPosition Second = new(PostgresPlace.Things, 0, 1);

    [PostgresTheory]
    [InlineData("")]
    [InlineData("\"duplicates\": \"keep\"")]
    public async Task A_row_that_was_refused_and_corrected_is_there_once_with_the_position_of_the_original(string settings)
    {
        await using var place = new PostgresPlace(server, settings);
        var bed = new ReplayBed(place.Stage, place.Store);
        await bed.RunAsync(ReplayBed.Record(Second with { Offset = 0 }, Thing("a")), ReplayBed.Record(Second, Thing("b", "\0")));

        await bed.ReplayAsync(Second, Thing("b", "whole"));
        await bed.RunAsync(bed.Replays[0]);
        await using var other = place.NewStore();
        await bed.RunAsync(other, bed.Replays[0]);

        Assert.Equal(["a||test.things|0|0", "b|whole|test.things|0|1"], await place.QueryAsync("SELECT _id, note, _topic, _partition, _offset FROM test_things ORDER BY _offset"));
        Assert.All(bed.States, state => Assert.Equal(ErrorState.Resolved, state));
    }

    [PostgresFact]
    public async Task A_row_that_is_refused_again_is_marked_as_failed_and_what_came_with_it_is_there()
    {
        await using var place = new PostgresPlace(server);
        var bed = new ReplayBed(place.Stage, place.Store);

        await bed.ReplayAsync(Second, Thing("b", "\0"));
        await bed.ReplayAsync(Second with { Offset = 2 }, Thing("c"));

        Assert.Equal(ErrorState.Resolved, bed.States.Last());
        Assert.Contains(ErrorState.FailedAgain, bed.States);
        Assert.Equal(["c"], await place.QueryAsync("SELECT _id FROM test_things"));
    }

    [PostgresFact]
    public async Task Replays_of_several_streams_go_each_to_its_own_table()
    {
        await using var place = new PostgresPlace(server);
        place.AddSchema("/test/other/1.0.0", """ "$schema": { "type": "string" }, "meta": { "type": "object", "properties": { "id": { "type": "string" }, "stream": { "type": "string" } } }, "wiki": { "type": "string" } """);
        var bed = new ReplayBed(place.Stage, place.Store);

        await bed.ReplayAsync(Second, Thing("b"));
        await bed.ReplayAsync(new StreamPosition(PostgresPlace.Others, 0, 1), """{"$schema":"/test/other/1.0.0","meta":{"id":"o","stream":"test.others"},"wiki":"w"}""");
        await using var other = place.NewStore();
        await bed.RunAsync(other, [.. bed.Replays]);

        Assert.Equal(["b|test.things"], await place.QueryAsync("SELECT _id, _topic FROM test_things"));
        Assert.Equal(["o|test.others"], await place.QueryAsync("SELECT _id, _topic FROM test_others"));
    }

    [PostgresTheory]
    [InlineData(0, "newer")]
    [InlineData(9, "replayed")]
    public async Task In_an_upsert_a_replay_does_not_replace_what_came_after_the_original(long offset, string expected)
    {
        await using var place = new PostgresPlace(server, "\"mode\": \"upsert\"");
        var bed = new ReplayBed(place.Stage, place.Store);
        await bed.RunAsync(ReplayBed.Record(Second with { Offset = 5 }, Thing("n", "newer")));

        await bed.ReplayAsync(Second with { Offset = offset }, Thing("r", "replayed"));

        Assert.Equal([expected], await place.QueryAsync("SELECT note FROM test_things"));
    }

    private static string Thing(string id, string? note = null)
    {
        var thing = JsonNode.Parse(PostgresPlace.ThingOf(id))!.AsObject();
        thing["$schema"] = "/test/thing/1.0.0";
        thing["meta"]!["stream"] = PostgresPlace.Things;
        thing["note"] = note;
        return thing.ToJsonString();
    }
}
