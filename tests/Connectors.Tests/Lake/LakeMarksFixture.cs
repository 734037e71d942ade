using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>A lake, two partitions whose ends a test sets, and stores that mark hours.</summary>
public abstract class LakeMarksFixture : IDisposable
{
    internal static readonly LakeHour Nine = LakeHour.Of(new DateTime(2026, 7, 5, 9, 0, 0, DateTimeKind.Utc));

    internal LakeFixture Lake { get; } = new();

    internal ConcurrentDictionary<StreamPartition, long> Ends { get; } = new() { [PartitionOf(0)] = 0, [PartitionOf(1)] = 0 };

    public void Dispose()
    {
        Lake.Dispose();
        GC.SuppressFinalize(this);
    }

    internal LakeStore Open(ILogger<LakeStore>? log = null, string settings = """{ "path": "lake" }""") => OpenOn(null, log, settings);

    internal LakeStore OpenOn(ILakeFiles? files, ILogger<LakeStore>? log = null, string settings = """{ "path": "lake" }""")
    {
        var store = Lake.Open(files, Behind, log);
        store.Require(LakeFixture.Stage(settings: settings));
        return store;
    }

    internal Task<IReadOnlyDictionary<StreamPartition, long>> Behind(IReadOnlyList<string> topics, IReadOnlyDictionary<StreamPartition, long> offsets, CancellationToken cancellation)
    {
        Assert.Equal([LakeFixture.Stream], topics);
        return Task.FromResult<IReadOnlyDictionary<StreamPartition, long>>(Ends.ToDictionary(end => end.Key, end => end.Value - offsets.GetValueOrDefault(end.Key)));
    }

    internal Task WriteAsync(LakeStore store, int partition, params string[] times) => WriteWithAsync(store, """{ "path": "lake" }""", partition, times);

    internal async Task WriteWithAsync(LakeStore store, string settings, int partition, params string[] times)
    {
        var first = Ends[PartitionOf(partition)];
        Ends[PartitionOf(partition)] += times.Length;
        await LakeFixture.WriteAsync(store, times.Select((time, i) => Event(partition, first + i, time)), LakeFixture.Stage(settings: settings), PartitionOf(partition));
        await store.FlushAsync(default);
    }

    internal static async Task WriteAsync(LakeStore store, int partition, string[] ids, List<DateTime> times)
    {
        await using (var session = await store.OpenAsync(Stage(), PartitionOf(partition), default))
        {
            for (var i = 0; i < times.Count; i++)
            {
                await session.AppendAsync(LakeFixture.Event(session.Checkpoint + i, id: $"{partition}-{session.Checkpoint + i}-{ids[i]}", dt: Iso8601.Format(times[i]), partition: PartitionOf(partition)), default);
            }

            await session.CommitAsync(session.Checkpoint + times.Count, default);
        }

        await store.FlushAsync(default);
    }

    internal static ProcessedRecord Event(int partition, long offset, string time) =>
        LakeFixture.Event(offset, $"\"number\":{(partition * 1000) + offset}", dt: $"2026-07-05T{time}{(time.Length == 5 ? ":00" : "")}Z", partition: PartitionOf(partition));

    // There are records that the table lacks.
    internal void More(params int[] partitions)
    {
        foreach (var partition in partitions)
        {
            Ends[PartitionOf(partition)]++;
        }
    }

    internal void At(string time) => Lake.Time.SetUtcNow(DateTimeOffset.Parse($"2026-07-05T{time}Z", CultureInfo.InvariantCulture));

    internal IReadOnlyList<LakeHour> Marked(string name = "_SUCCESS") => !Directory.Exists(Path.Combine(Lake.Root, LakeFixture.Table)) ? [] :
    [
        .. Directory.GetFiles(Path.Combine(Lake.Root, LakeFixture.Table), name, SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(file)!.Split('=', '/').Where(part => int.TryParse(part, out _)).TakeLast(4).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray())
            .Select(parts => LakeHour.Of(new DateTime(parts[0], parts[1], parts[2], parts[3], 0, 0, DateTimeKind.Utc))).OrderBy(hour => hour.Number),
    ];

    internal static StageDefinition Stage() => LakeFixture.Stage();

    internal static StreamPartition PartitionOf(int number) => new(LakeFixture.Stream, number);

    internal sealed class Lines : ILogger<LakeStore>
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
    }
}
