using Millrace.Core;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeFencingTests : IDisposable
{
    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_zombie_cannot_commit_and_its_successor_can()
    {
        await using var zombie = _lake.Open();
        await LakeFixture.WriteAsync(zombie, [LakeFixture.Event(0)]);
        await using var old = await zombie.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await old.AppendAsync(LakeFixture.Event(1), default);

        await using var store = _lake.Open();
        await using var session = await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        Assert.Equal(1, session.Checkpoint);
        var failure = await Assert.ThrowsAsync<SinkException>(async () => await old.CommitAsync(2, default));
        Assert.False(failure.CanRetry);
        Assert.Contains("taken over", failure.Message, StringComparison.Ordinal);

        await session.AppendAsync(LakeFixture.Event(1), default);
        Assert.Empty(await session.CommitAsync(2, default));
        await store.FlushAsync(default);
        await _lake.AssertNumbersAsync(0, 1);
    }

    [Fact]
    public async Task A_zombie_whose_number_is_free_again_cannot_commit_either()
    {
        await using var zombie = _lake.Open();
        await using var old = await zombie.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await old.AppendAsync(LakeFixture.Event(0), default);

        await using var store = _lake.Open();
        for (var i = 0; i < 3; i++)
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(2 * i), LakeFixture.Event((2 * i) + 1)]);
            await store.FlushAsync(default);
        }

        await Assert.ThrowsAsync<SinkException>(async () => await old.CommitAsync(1, default));

        // What it left under the number is nobody's.
        await using (var later = _lake.Open())
        {
            await using var session = await later.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
            Assert.Equal(6, session.Checkpoint);
        }

        await _lake.AssertNumbersAsync(0, 1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task A_later_session_of_the_same_process_fences_the_earlier_one()
    {
        await using var store = _lake.Open();
        await using var old = await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await old.AppendAsync(LakeFixture.Event(0), default);
        await using var session = await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await Assert.ThrowsAsync<SinkException>(async () => await old.CommitAsync(1, default));
        Assert.Empty(await session.CommitAsync(0, default));
    }

    [Fact]
    public async Task A_store_that_was_fenced_takes_its_partition_back_when_it_opens_it_anew()
    {
        await using var one = _lake.Open();
        await using var other = _lake.Open();
        for (var i = 0; i < 6; i++)
        {
            await LakeFixture.WriteAsync(i % 2 == 0 ? one : other, Enumerable.Range(0, i + 1).Select(offset => LakeFixture.Event(offset)));
        }

        await one.FlushAsync(default);
        await other.FlushAsync(default);
        await _lake.AssertNumbersAsync(0, 1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task A_zombie_that_rolls_late_brings_nothing_in_twice()
    {
        await using var zombie = _lake.Open();
        await LakeFixture.WriteAsync(zombie, [LakeFixture.Event(0), LakeFixture.Event(1)]);
        await using var store = _lake.Open();
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0), LakeFixture.Event(1), LakeFixture.Event(2)]);
        await zombie.FlushAsync(default);
        await _lake.AssertNumbersAsync(0, 1);

        // Its successor finds its first entries in the table, and gone from the spool.
        await store.FlushAsync(default);
        await _lake.AssertNumbersAsync(0, 1, 2);
    }

    [Fact]
    public async Task Of_two_that_bring_the_same_entries_in_at_once_one_does()
    {
        await using var zombie = _lake.Open();
        await LakeFixture.WriteAsync(zombie, [LakeFixture.Event(0), LakeFixture.Event(1)]);
        var files = new FailingFiles(_lake.Files);
        await using var store = _lake.Open(files);
        await using (await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default))
        {
        }

        var raced = false;
        files.Meanwhile = async (call, name) =>
        {
            if (!raced && call == "create" && name.Contains("_delta_log", StringComparison.Ordinal))
            {
                raced = true;
                await zombie.FlushAsync(default);
            }
        };
        await store.FlushAsync(default);
        Assert.True(raced);
        await _lake.AssertNumbersAsync(0, 1);

        // The loser's file is gone.
        Assert.Single(await _lake.Files.ListAsync(LakeFixture.Table, default), file => file.Name.EndsWith(".parquet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commits_of_other_partitions_are_only_in_the_way()
    {
        var partitions = Enumerable.Range(0, 4).Select(i => new StreamPartition(LakeFixture.Stream, i)).ToList();
        await using (var one = _lake.Open())
        await using (var other = _lake.Open())
        {
            await Task.WhenAll(partitions.Select((partition, i) => Task.Run(async () =>
            {
                var store = i % 2 == 0 ? one : other;
                for (var batch = 0; batch < 5; batch++)
                {
                    await LakeFixture.WriteAsync(store, Enumerable.Range(batch * 10, 10).Select(offset => LakeFixture.Event(offset, $"\"number\":{(i * 100) + offset}", partition: partition)), partition: partition);
                    await store.FlushAsync(default);
                }
            })));
        }

        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(i * 100, 50)).Select(i => (long)i)]);
    }
}
