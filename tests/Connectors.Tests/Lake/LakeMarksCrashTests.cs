using System.Globalization;
using Millrace.Core;
using Xunit.Abstractions;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeMarksCrashTests(ITestOutputHelper output) : LakeMarksFixture
{
    [Fact]
    public async Task Killed_between_any_two_steps_a_table_has_the_marks_that_hold()
    {
        var steps = await RunAsync(this, int.MaxValue);
        Assert.InRange(steps, 40, 400);
        for (var killAt = 0; killAt < steps; killAt++)
        {
            using var one = new LakeMarksCrashTests(output);
            await RunAsync(one, killAt);
        }
    }

    [Fact]
    public async Task Hours_are_marked_exactly_when_they_are_complete_whatever_happens()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        var (next, latest, written) = (new long[2], new DateTime?[2], new HashSet<LakeHour>());
        var store = Open();
        var expected = new HashSet<LakeHour>();
        for (var step = 0; step < 150; step++)
        {
            var partition = random.Next(2);
            switch (random.Next(6))
            {
                case < 3:
                    // Up to two hours late, or a little ahead.
                    var now = Lake.Time.GetUtcNow().UtcDateTime;
                    var times = Enumerable.Range(0, random.Next(1, 4)).Select(_ => now.AddMinutes(random.Next(-120, 10))).ToList();
                    next[partition] += times.Count;
                    Ends[PartitionOf(partition)] = next[partition] + random.Next(2);
                    await WriteAsync(store, partition, [.. times.Select(time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture))], times);
                    latest[partition] = new[] { latest[partition] ?? default, times.Max() < now ? times.Max() : now }.Max();
                    written.UnionWith(times.Select(LakeHour.Of));
                    break;
                case 3:
                    Lake.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 30)));
                    break;
                case 4:
                    Ends[PartitionOf(partition)] = next[partition];
                    break;
                default:
                    // It is killed, and another one comes.
                    store = Open();
                    break;
            }

            await store.MarkAsync();
            var passed = Enumerable.Range(0, 2).Min(one => Ends[PartitionOf(one)] == next[one] ? Lake.Time.GetUtcNow().UtcDateTime : latest[one] ?? DateTime.MinValue.AddDays(1));
            expected.UnionWith(written.Where(hour => hour.End <= passed.AddMinutes(-5)));
            Assert.Equal(expected.OrderBy(hour => hour.Number), Marked());
        }

        Assert.NotEmpty(expected);
    }

    private static async Task<int> RunAsync(LakeMarksCrashTests test, int killAt)
    {
        var steps = 0;
        var files = new FailingFiles(test.Lake.Files) { Fails = (_, _, _) => Interlocked.Increment(ref steps) > killAt };
        test.At("10:30");
        try
        {
            await test.FillAsync(test.OpenOn(files));
        }
        catch (SinkException)
        {
            // The process is gone, as it is without its files.
        }

        var left = test.Marked();
        var complete = (await test.Lake.Log().ReadAsync(default)).Checkpoints.Sum(one => one.Value) == 4;
        Assert.True(left.Count == 0 || complete);
        await test.FillAsync(test.Open());
        Assert.Equal([Nine], test.Marked());
        await test.Lake.AssertNumbersAsync(0, 1, 1000, 1001);
        return steps;
    }

    private async Task FillAsync(LakeStore store)
    {
        (Ends[PartitionOf(0)], Ends[PartitionOf(1)]) = (2, 2);
        foreach (var partition in (int[])[0, 1])
        {
            await LakeFixture.WriteAsync(store, [Event(partition, 0, "09:30"), Event(partition, 1, "09:31")], Stage(), PartitionOf(partition));
            await store.FlushAsync(default);
            await store.MarkAsync();
        }
    }
}
