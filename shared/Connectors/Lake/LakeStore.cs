using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>A lake: a Delta table for each stream, of Parquet files by the hour of <c>meta.dt</c>, in a directory or a container of blobs.</summary>
/// <remarks>
/// A batch is durable when its events are in the spool beside the tables; they enter the table, in one commit with their
/// checkpoint, when there are enough of them or they have waited for <see cref="LakeSettings.RollAge"/>. When the store is
/// disposed of they all do; what a crash leaves in the spool enters when its partition is opened again and rolls.
/// Records that come again, by their position, do not enter twice; nor do events with the same <c>meta.id</c> that become
/// one file. Beyond that repetitions stay, as their ids do tell.
/// </remarks>
public sealed partial class LakeStore : IStore, IAsyncDisposable
{
    // Each holds its entries and a row group in memory.
    private const int FlushesAtOnce = 2;

    private readonly IConfiguration _configuration;
    private readonly SchemaRepository _schemas;
    private readonly TimeProvider _time;
    private readonly ILogger<LakeStore> _log;
    private readonly Func<LakeSettings, ILakeFiles> _open;
    private readonly PartitionsBehind? _behind;
    private readonly string? _datacenter;
    private readonly ConcurrentDictionary<string, (LakeSettings Settings, ILakeFiles Files)> _lakes = [];
    private readonly ConcurrentDictionary<(ILakeFiles Files, string Stream), LakeTable> _tables = [];
    private readonly ConcurrentDictionary<(string Stage, StreamPartition Partition), LakePartition> _partitions = [];
    private readonly ConcurrentDictionary<(string Stage, string Stream), HourMarks> _marks = [];
    private readonly Turn _gate = new(FlushesAtOnce);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _rolling;
    private readonly Task _marking;

    /// <summary>The store of an app.</summary>
    /// <param name="configuration">The host's settings, which override those of the catalog.</param>
    /// <param name="schemas">The schemas that tables are made by.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="kafka">Says where partitions end; null where no hour is to be marked complete.</param>
    /// <param name="options">Says in which datacenter the app runs; null where there is one only.</param>
    public LakeStore(IConfiguration configuration, SchemaRepository schemas, TimeProvider time, ILogger<LakeStore> log, KafkaOptions? kafka = null, MillraceOptions? options = null)
        : this(configuration, schemas, time, log, settings => LakePlace.Open(settings.Path, settings.ConnectionString), kafka is null ? null : Behind(kafka), options?.Datacenter)
    {
    }

    internal LakeStore(
        IConfiguration configuration, SchemaRepository schemas, TimeProvider time, ILogger<LakeStore> log, Func<LakeSettings, ILakeFiles> open, PartitionsBehind? behind = null, string? datacenter = null)
    {
        (_configuration, _schemas, _time, _log, _open, _behind, _datacenter) = (configuration, schemas, time, log, open, behind, datacenter);
        _rolling = EveryAsync(TimeSpan.FromSeconds(1), RollAsync);
        _marking = EveryAsync(TimeSpan.FromSeconds(10), MarkAsync);
    }

    /// <inheritdoc/>
    public string Name => "lake";

    /// <inheritdoc/>
    public void Require(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        LakeOf(stage);
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation, StreamPartition? read = null)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var kept = _partitions.GetOrAdd((stage.Name, read ?? partition), own => Create(stage, partition, own.Partition));
        return await kept.OpenAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes files of all that waits in the spools of partitions that were opened.</summary>
    /// <exception cref="SinkException">The lake cannot be reached; it stays in the spools.</exception>
    public Task FlushAsync(CancellationToken cancellation) => Task.WhenAll(_partitions.Values.Select(partition => partition.RollAsync(all: true, cancellation)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _rolling.ConfigureAwait(false);
        await _marking.ConfigureAwait(false);
        try
        {
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (SinkException failure)
        {
            LogLeft(_log, failure);
        }

        _stopping.Dispose();
    }

    /// <summary>Marks the hours that are complete, of all tables of the stages that were required or opened.</summary>
    internal async Task MarkAsync()
    {
        foreach (var ((_, stream), marks) in _marks)
        {
            try
            {
                await marks.RunAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogNotMarked(_log, failure, stream);
            }
        }
    }

    private LakePartition Create(StageDefinition stage, StreamPartition partition, StreamPartition read)
    {
        var (settings, files) = LakeOf(stage);
        var stream = stage.InputOfTopic(partition.Topic)?.Name ?? throw new CatalogException($"Stage {stage.Name} reads topic '{partition.Topic}', which carries none of its streams.");
        return new LakePartition(LakeApplication.Of(stage.Name, read), partition, TableOf(stream, settings, files), settings, _gate, _log);
    }

    private LakeTable TableOf(string stream, LakeSettings settings, ILakeFiles files) => _tables.GetOrAdd((files, stream), _ => new LakeTable(stream, files, _schemas, _time, settings));

    private (LakeSettings Settings, ILakeFiles Files) LakeOf(StageDefinition stage) => _lakes.GetOrAdd(stage.Name, _ =>
    {
        var settings = StageSettings.Bind<LakeSettings>(stage, _configuration);
        var files = _open(settings);
        if (_behind is not null && settings.SuccessFile.Length > 0)
        {
            var topics = stage.TopicsToRead(_datacenter);
            foreach (var input in stage.Inputs)
            {
                var table = TableOf(input.Name, settings, files);
                _marks[(stage.Name, input.Name)] = new HourMarks(stage.Name, [.. topics.Where(input.Topics.Contains)], table, settings.Lateness, _behind, _log);
            }
        }

        return (settings, files);
    });

    private static PartitionsBehind Behind(KafkaOptions kafka) => (topics, offsets, cancellation) => Task.Run(
        () =>
        {
            // A new one each time, as topics may have more partitions by now.
            using var reader = new LagReader(kafka, "millrace-reader", topics);
            return reader.ReadFrom(offsets);
        }, cancellation);

    private async Task EveryAsync(TimeSpan interval, Func<Task> run)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                await run().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store ends.
        }
    }

    private async Task RollAsync()
    {
        foreach (var partition in _partitions.Values)
        {
            await RollAsync(partition).ConfigureAwait(false);
        }
    }

    // What fails stays in the spool; the next turn tries again.
    private async Task RollAsync(LakePartition partition)
    {
        try
        {
            await partition.RollAsync(all: false, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotRolled(_log, failure, partition.Table.Name);
        }
    }
}
