using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Schemas;
using Parquet;

namespace Millrace.Benchmarks;

/// <summary>The lake, from an event's bytes to the table, beside bare Parquet.Net writing the same columns; and its memory with many open hours.</summary>
internal static class LakeBenchmark
{
    private const string Stream = "mediawiki.revision-create";
    private const int Events = 100_000;
    private const int Batch = 1_000;
    private const int Runs = 3;
    private const int Partitions = 8;
    private const int Hours = 24;

    public static async Task RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("millrace-lake-").FullName;
        try
        {
            var sample = Sample.Edits(Batch).Select(edit => edit.Value).ToList();
            await MemoryAsync(directory, sample);
            await SpeedAsync(directory, [.. Sample.Edits(Events).Select(edit => edit.Value)]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task SpeedAsync(string directory, List<byte[]> events)
    {
        var schemaUri = SchemaOf(events[0]);
        var columns = SqlTable.Read(Repository(), schemaUri).Columns;
        List<Measured> ready = [], bare = [], lake = [], merely = [], check = [], spool = [];
        for (var run = 0; run < Runs; run++)
        {
            ready.Add(await ColumnsAsync(directory, columns, events));
            bare.Add(await Measured.RunAsync("bare: events to columns to Parquet.Net", events.Count, () => WriteBareAsync(directory, columns, events)));
            check.Add(await Measured.RunAsync("part: checked alone", events.Count, () => CheckAsync(columns, events)));
            spool.Add(await Measured.RunAsync("part: written and flushed alone, as entries", events.Count, () => SpoolAsync(Path.Combine(directory, $"spool-{run}"), events)));
            var path = Path.Combine(directory, $"lake-{run}");
            await using var store = Store();
            var stage = Stage(path, rollRows: Events / 4);
            merely.Add(await Measured.RunAsync("lake: durable in the spool", events.Count, () => AppendAsync(store, stage, 0, events, schemaUri)));
            var flushed = await Measured.RunAsync("", events.Count, () => store.FlushAsync(default));
            lake.Add(new Measured("lake: durable, and in the table", events.Count, merely[^1].Wall + flushed.Wall, merely[^1].Cpu + flushed.Cpu, merely[^1].Allocated + flushed.Allocated));
            Directory.Delete(path, recursive: true);
        }

        Measured.Print($"Lake: {events.Count:N0} edits of {events[0].Length:N0} bytes, {columns.Count} columns, batches of {Batch:N0}", Measured.Median(bare), Measured.Median(ready), Measured.Median(check), Measured.Median(spool), Measured.Median(merely), Measured.Median(lake));
    }

    // As far as Parquet.Net goes: what reads the events is not measured.
    private static async Task<Measured> ColumnsAsync(string directory, IReadOnlyList<SqlField> columns, List<byte[]> events)
    {
        var groups = new List<RowGroupBuffer>();
        foreach (var chunk in events.Chunk(20_000))
        {
            var group = new RowGroupBuffer(columns, LakeLayout.Of(columns));
            var striper = group.StriperOf(columns);
            foreach (var value in chunk)
            {
                striper.Add(value);
            }

            groups.Add(group);
        }

        return await Measured.RunAsync("bare: Parquet.Net alone, columns ready", events.Count, async () =>
        {
            await using var file = File.Create(Path.Combine(directory, "ready.parquet"));
            await using var writer = await ParquetWriter.CreateAsync(groups[0].Schema, file, LakeWriter.Options);
            foreach (var group in groups)
            {
                await group.WriteAsync(writer, default);
            }
        });
    }

    private static Task CheckAsync(IReadOnlyList<SqlField> columns, List<byte[]> events)
    {
        var check = new EventCheck(columns);
        return events.TrueForAll(value => check.WhyNot(value, out _, out _) is null) ? Task.CompletedTask : throw new InvalidOperationException("An event is refused.");
    }

    private static async Task SpoolAsync(string directory, List<byte[]> events)
    {
        var files = LakePlace.Open(directory);
        foreach (var batch in events.Chunk(Batch))
        {
            using var entry = new MemoryStream();
            batch.ToList().ForEach(value => entry.Write(value));
            entry.Position = 0;
            await files.TryCreateAsync($"spool/{Guid.NewGuid():N}", entry, default);
        }
    }

    private static async Task WriteBareAsync(string directory, IReadOnlyList<SqlField> columns, List<byte[]> events)
    {
        var group = new RowGroupBuffer(columns, LakeLayout.Of(columns));
        var striper = group.StriperOf(columns);
        await using var file = File.Create(Path.Combine(directory, "bare.parquet"));
        await using var writer = await ParquetWriter.CreateAsync(group.Schema, file, LakeWriter.Options);
        for (var i = 0; i < events.Count; i++)
        {
            striper.Add(events[i]);
            if ((i + 1) % 256 == 0 && group.Bytes >= LakeWriter.RowGroupBytes)
            {
                await group.WriteAsync(writer, default);
            }
        }

        await group.WriteAsync(writer, default);
    }

    private static async Task AppendAsync(LakeStore store, StageDefinition stage, int partition, List<byte[]> events, string schemaUri)
    {
        for (var first = 0; first < events.Count; first += Batch)
        {
            await using var session = await store.OpenAsync(stage, new StreamPartition(Stream, partition), default);
            for (var i = first; i < Math.Min(first + Batch, events.Count); i++)
            {
                await session.AppendAsync(Accepted(partition, i, events[i], schemaUri), default);
            }

            await session.CommitAsync(Math.Min(first + Batch, events.Count), default);
        }
    }

    private static async Task MemoryAsync(string directory, List<byte[]> sample)
    {
        const int BatchesPerPartition = 60;
        var schemaUri = SchemaOf(sample[0]);
        var stage = Stage(Path.Combine(directory, "memory"), rollRows: 200_000);
        using var process = Process.GetCurrentProcess();
        var (before, peak) = (process.WorkingSet64, 0L);
        await using (var store = Store())
        {
            await Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => Task.Run(async () =>
            {
                for (var batch = 0; batch < BatchesPerPartition; batch++)
                {
                    await using var session = await store.OpenAsync(stage, new StreamPartition(Stream, partition), default);
                    for (var i = 0; i < sample.Count; i++)
                    {
                        await session.AppendAsync(Accepted(partition, (batch * Batch) + i, Changed(sample[i], partition, batch, i), schemaUri), default);
                    }

                    await session.CommitAsync((batch + 1) * Batch, default);
                    lock (process)
                    {
                        process.Refresh();
                        peak = Math.Max(peak, process.WorkingSet64);
                    }
                }
            })));
            await store.FlushAsync(default);
        }

        process.Refresh();
        peak = Math.Max(peak, process.WorkingSet64);
        var table = await new DeltaLog(LakePlace.Open(Path.Combine(directory, "memory")), LakeTable.NameOf(Stream)).ReadAsync(default);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Lake, {Partitions} partitions with {Hours} open hours each: {table.Files.Values.Sum(file => file.Rows):N0} rows in {table.Files.Count} files; resident {before / 1e6:N0} MB before, {peak / 1e6:N0} MB at most"));
    }

    // Another id and another hour for each.
    private static byte[] Changed(byte[] value, int partition, int batch, int i)
    {
        var text = Encoding.UTF8.GetString(value);
        var meta = JsonElement.Parse(value).GetProperty("meta");
        return Encoding.UTF8.GetBytes(text
            .Replace(meta.GetProperty("id").GetString()!, $"{partition:x8}-{batch:x4}-4000-8000-{i:x12}", StringComparison.Ordinal)
            .Replace($"\"dt\":\"{meta.GetProperty("dt").GetString()}\"", $"\"dt\":\"2026-07-05T{i % Hours:00}:30:00Z\"", StringComparison.Ordinal));
    }

    private static ProcessedRecord Accepted(int partition, long offset, byte[] value, string schemaUri) =>
        new(new EventRecord { Position = new StreamPosition(Stream, partition, offset), Value = value }, new Outcome.Emitted([]), [], schemaUri);

    private static string SchemaOf(byte[] value) => JsonElement.Parse(value).GetProperty("$schema").GetString()!;

    private static SchemaRepository Repository()
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(Path.Combine(AppContext.BaseDirectory, "jsonschema"));
        return new SchemaRepository(options, null, TimeProvider.System);
    }

    private static LakeStore Store() => new(new ConfigurationBuilder().Build(), Repository(), TimeProvider.System, NullLogger<LakeStore>.Instance);

    private static StageDefinition Stage(string path, int rollRows) => new()
    {
        Name = "ToLake",
        Connector = "lake",
        Inputs = [new StreamDefinition { Name = Stream, SchemaTitle = "mediawiki/revision/create", Topics = [Stream] }],
        ErrorStream = new StreamDefinition { Name = "ToLake.error", SchemaTitle = "error", Topics = ["ToLake.error"] },
        Settings = JsonSerializer.SerializeToElement(new { path, rollRows, rollAge = "01:00:00" }),
    };
}
