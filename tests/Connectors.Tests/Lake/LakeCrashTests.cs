using Millrace.Core;
using Xunit.Abstractions;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeCrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Killed_between_any_two_steps_a_lake_has_each_event_once()
    {
        // A dry run counts the steps; then each of them is the last of a process.
        var steps = await RunAsync(new LakeFixture(), killAt: int.MaxValue);
        output.WriteLine($"{steps} steps");
        Assert.InRange(steps, 60, 600);
        for (var killAt = 0; killAt < steps; killAt++)
        {
            using var lake = new LakeFixture();
            await RunAsync(lake, killAt);
        }
    }

    [Fact]
    public async Task Killed_at_random_again_and_again_a_lake_has_each_event_once()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var next = 0L;
        while (next < 300)
        {
            var left = random.Next(5, 120);
            var files = new FailingFiles(_lake.Files) { Fails = (_, _, _) => Interlocked.Decrement(ref left) < 0 };
            var store = _lake.Open(files);
            try
            {
                while (next < 300)
                {
                    await using var session = await store.OpenAsync(Small, LakeFixture.Partition, default);
                    Assert.InRange(session.Checkpoint, 0, 300);
                    next = Math.Min(300, session.Checkpoint + random.Next(1, 20));
                    for (var offset = session.Checkpoint; offset < next; offset++)
                    {
                        await session.AppendAsync(LakeFixture.Event(offset, dt: $"2026-07-05T{offset % 3:00}:00:00Z"), default);
                    }

                    await session.CommitAsync(next, default);
                }
            }
            catch (SinkException)
            {
                // The process is gone, as it is without its files.
                next = 0;
            }
        }

        long end;
        await using (var last = _lake.Open())
        {
            await using var session = await last.OpenAsync(Small, LakeFixture.Partition, default);
            end = session.Checkpoint;
        }

        Assert.Equal(300, end);
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 300).Select(i => (long)i)]);
    }

    [Fact]
    public async Task A_commit_that_fails_is_made_by_the_same_call_again()
    {
        var fails = false;
        var files = new FailingFiles(_lake.Files);
        await using var store = _lake.Open(files);
        await using var session = await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await session.AppendAsync(LakeFixture.Event(0), default);
        files.Fails = (call, _, after) => call == "create" && !after && (fails = true);
        var failure = await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(1, default));
        Assert.True(failure.CanRetry);
        Assert.True(fails);
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);

        files.Fails = (call, _, after) => call == "create" && after;
        Assert.True((await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(1, default))).CanRetry);

        files.Fails = (_, _, _) => false;
        Assert.Empty(await session.CommitAsync(1, default));
        await store.FlushAsync(default);
        await _lake.AssertNumbersAsync(0);
    }

    [Fact]
    public async Task A_full_disk_holds_the_next_batch_back_and_loses_nothing()
    {
        var files = new FailingFiles(_lake.Files);
        await using var store = _lake.Open(files);
        files.Fails = (call, name, after) => call == "create" && name.EndsWith(".parquet", StringComparison.Ordinal) && !after;
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0), LakeFixture.Event(1)], Small);
        await LakeFixture.WriteAsync(store, [.. Enumerable.Range(2, 22).Select(i => LakeFixture.Event(i))], Small);
        var failure = await Assert.ThrowsAsync<SinkException>(() => LakeFixture.WriteAsync(store, [LakeFixture.Event(24)], Small));
        Assert.True(failure.CanRetry);
        files.Fails = (_, _, _) => false;
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(24)], Small);
        await store.FlushAsync(default);
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 25).Select(i => (long)i)]);
    }

    [Fact]
    public async Task No_reader_ever_sees_a_partial_file()
    {
        var seen = 0;
        var files = new FailingFiles(_lake.Files)
        {
            Fails = (_, _, _) =>
            {
                // Whatever stands under the table's folder is a whole file at every moment.
                var folder = Path.Combine(_lake.Root, LakeFixture.Table);
                foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
                {
                    var bytes = File.ReadAllBytes(file);
                    Assert.True(file.EndsWith(".json", StringComparison.Ordinal) ? bytes[^1] == '\n' : bytes.AsSpan(^4..).SequenceEqual("PAR1"u8), file);
                    seen++;
                }

                return false;
            },
        };
        await using (var store = _lake.Open(files))
        {
            await LakeFixture.WriteAsync(store, [.. Enumerable.Range(0, 50).Select(i => LakeFixture.Event(i, dt: $"2026-07-05T{i % 4:00}:00:00Z"))], Small);
        }

        Assert.NotEqual(0, seen);
        Assert.Empty(Directory.GetFiles(Path.Combine(_lake.Root, "_millrace", "unfinished")));
    }

    private static StageDefinition Small => LakeFixture.Stage(settings: """{ "path": "lake", "rollRows": 12, "checkpointInterval": 2 }""");

    private static async Task<int> RunAsync(LakeFixture lake, int killAt)
    {
        var steps = 0;
        var files = new FailingFiles(lake.Files) { Fails = (_, _, _) => Interlocked.Increment(ref steps) > killAt };
        try
        {
            await WriteAllAsync(lake.Open(files));
        }
        catch (SinkException)
        {
            // The process is gone, as it is without its files.
        }

        await WriteAllAsync(lake.Open());
        await lake.AssertNumbersAsync([.. Enumerable.Range(0, 40).Select(i => (long)i)]);
        if (killAt == int.MaxValue)
        {
            lake.Dispose();
        }

        return steps;
    }

    private static async Task WriteAllAsync(LakeStore store)
    {
        for (var next = 10; next <= 40; next += 10)
        {
            await LakeFixture.WriteAsync(store, Enumerable.Range(0, next).Select(i => LakeFixture.Event(i, dt: $"2026-07-05T{i % 2:00}:00:00Z")), Small);
        }

        await store.FlushAsync(default);
    }
}
