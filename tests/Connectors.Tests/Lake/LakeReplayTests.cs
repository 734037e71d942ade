using Millrace.Core;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>Events that a lake refused, or that never came so far, and are given to the connector once more.</summary>
public sealed class LakeReplayTests : IDisposable
{
    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_row_that_was_refused_and_corrected_is_there_once()
    {
        var (first, second) = (Json(0, "0"), new StreamPosition(LakeFixture.Stream, 0, 1));
        var store = _lake.Open();
        var bed = new ReplayBed(LakeFixture.Stage(), store);
        await bed.RunAsync(ReplayBed.Record(second with { Offset = 0 }, first), ReplayBed.Record(second, Json(1, "9223372036854775808")));

        await bed.ReplayAsync(second, Json(1, "1"));
        await bed.RunAsync(bed.Replays[0]);
        await store.DisposeAsync();
        await using (var other = _lake.Open())
        {
            await bed.RunAsync(other, bed.Replays[0]);
        }

        await _lake.AssertNumbersAsync(0, 1);
        Assert.All(bed.States, state => Assert.Equal(ErrorState.Resolved, state));
    }

    [Fact]
    public async Task A_replay_has_the_position_of_the_original_in_the_table()
    {
        await using (var store = _lake.Open())
        {
            await new ReplayBed(LakeFixture.Stage(), store).ReplayAsync(new StreamPosition(LakeFixture.Stream, 3, 77), Json(77, "77"));
        }

        var row = Assert.Single(await _lake.RowsAsync());
        Assert.Equal((LakeFixture.Stream, 3L, 77L), (row.GetProperty("_topic").GetString(), row.GetProperty("_partition").GetInt64(), row.GetProperty("_offset").GetInt64()));
    }

    private static string Json(long id, string number) =>
        $$"""{"$schema":"/test/event/1.0.0","meta":{"id":"event-{{id}}","dt":"2026-07-05T09:30:00Z","stream":"test.event"},"number":{{number}}}""";
}
