using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>A bounded copy of a stage beside the stage itself.</summary>
/// <remarks>
/// It is built as the function app builds it, with the same class, settings, schemas and stores. No trigger runs: the records are
/// read here, and the stage's own groups, checkpoint and transactional ids are nowhere used.
/// </remarks>
internal sealed class Backfill : IDisposable
{
    private readonly BackfillOptions _options;
    private readonly IHost _app;
    private readonly KafkaOptions _kafka;
    private readonly StageDefinition _stage;
    private readonly StageRunner _runner;
    private readonly string? _datacenter;
    private List<PartitionBackfill> _partitions = [];
    private ClusterOffsets? _cluster;
    private long _started;

    /// <summary>Builds the stage, and checks all that can be checked without brokers.</summary>
    /// <exception cref="UsageException">An option cannot be used.</exception>
    /// <exception cref="CatalogException">A setting cannot be used.</exception>
    public Backfill(BackfillOptions options)
    {
        _options = options;
        _app = Functions.Program.Build([.. Settings(options)], Configure);
        try
        {
            var services = _app.Services;
            _kafka = services.GetRequiredService<KafkaOptions>();
            _datacenter = services.GetRequiredService<MillraceOptions>().Datacenter;
            _stage = Redirect(Find(services), services.GetRequiredService<StageCatalog>());
            _stage.Options.MaxBytesInFlight = Math.Max(64 * 1024, _stage.Options.MaxBytesInFlight / options.Parallel);
            var sink = new BackfillSink(services.GetRequiredService<ISink>(), options.Identity);
            Require(services.GetRequiredService<SchemaRepository>(), sink);
            var (time, author) = (services.GetRequiredService<TimeProvider>(), StageClass.Among(typeof(Functions.Program).Assembly.GetTypes()).Single(stage => stage.Name == _stage.Name).Stage);
            var pipeline = new StagePipeline(_stage, (IStage)services.GetRequiredService(author), services.GetRequiredService<IEventSchemas>(), time, _datacenter);
            _runner = new StageRunner(_stage, pipeline, sink, time, services.GetRequiredService<ILogger<StageRunner>>());
        }
        catch
        {
            _app.Dispose();
            throw;
        }
    }

    /// <summary>How far it is.</summary>
    public BackfillSummary Summary => BackfillSummary.Of(_options.Identity, _runner.Tally, _stage.Name, _partitions, _started == 0 ? TimeSpan.Zero : TimeProvider.System.GetElapsedTime(_started));

    /// <summary>Finds out what is to be done, and what of it is done already.</summary>
    /// <exception cref="UsageException">An option cannot be used with these topics.</exception>
    /// <exception cref="FailoverException">The brokers do not answer, or a topic does not exist.</exception>
    public async Task PlanAsync(CancellationToken cancellation)
    {
        var topics = Topics();
        var cluster = _cluster = new ClusterOffsets("Kafka", _kafka);
        _ = cluster.Partitions(_stage.Outputs.Select(output => output.Stream).Append(_stage.ErrorStream).Select(stream => stream.TopicToWrite(_datacenter)));
        var partitions = cluster.Partitions(topics);
        IBackfillSource source = _options.FromLake is null
            ? new KafkaBackfillSource(cluster, _options, _kafka)
            : await LakeBackfillSource.OpenAsync(_options, _kafka, _stage, topics, cluster, cancellation);
        var planned = BackfillPlan.Make(cluster, _options, partitions, source);
        var (checkpoint, own) = (cluster.Committed($"{_options.Identity}.checkpoint", partitions), cluster.Committed(_options.Identity, partitions));
        _partitions = [.. planned.Select(range => new PartitionBackfill(range, _runner, source, Math.Max(checkpoint.GetValueOrDefault(range.Partition), own.GetValueOrDefault(range.Partition))))];
        foreach (var partition in _partitions.Where(partition => partition.Next < partition.Planned.To))
        {
            source.Require(partition.Planned.Partition, partition.Next);
        }
    }

    /// <summary>Does it.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _started = TimeProvider.System.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(_partitions, parallel, async (partition, stop) => await partition.RunAsync(stop));
    }

    /// <summary>Closes the stage's connections.</summary>
    public void Dispose()
    {
        _cluster?.Dispose();
        _app.Dispose();
    }

    private static IEnumerable<string> Settings(BackfillOptions options)
    {
        if (options.Kafka is { } kafka)
        {
            yield return $"--KAFKA_BOOTSTRAP_SERVERS={kafka}";
        }

        foreach (var setting in options.Settings)
        {
            yield return $"--{setting}";
        }
    }

    // A store finds its settings by the name that it is given, which is not the stage's.
    private void Configure(IHostApplicationBuilder builder)
    {
        DevSession.LogToStandardError(builder);
        var own = $"Stages:{_options.Stage}:Settings";
        builder.Configuration.AddInMemoryCollection(builder.Configuration.GetSection(own).AsEnumerable().Where(setting => setting.Value is not null)
            .Select(setting => KeyValuePair.Create($"Stages:{_options.Identity}:Settings{setting.Key[own.Length..]}", setting.Value)).ToList());

        // A copy sees a part of what there is: it never says of an hour that it is complete.
        var catalog = (StageCatalog?)builder.Services.First(service => service.ServiceType == typeof(StageCatalog)).ImplementationInstance;
        if (catalog?.Stages.FirstOrDefault(stage => stage.Name == _options.Stage)?.Connector == "lake")
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>($"Stages:{_options.Identity}:Settings:{nameof(LakeSettings.SuccessFile)}", "")]);
        }
    }

    private StageDefinition Find(IServiceProvider services)
    {
        var stages = services.GetServices<StageRunner>().Select(runner => runner.Stage).ToList();
        return stages.Find(stage => stage.Name == _options.Stage)
            ?? throw new UsageException($"--stage is '{_options.Stage}'; allowed is {string.Join(", ", stages.Select(stage => stage.Name))}.");
    }

    private StageDefinition Redirect(StageDefinition stage, StageCatalog catalog)
    {
        if (_options.ToStream is not { } name)
        {
            return stage;
        }

        if (stage.Outputs is not [var output])
        {
            throw new UsageException($"--to-stream is '{name}', and {stage.Name} {(stage.Outputs.Count == 0 ? "writes no stream" : $"writes {string.Join(", ", stage.Outputs.Select(written => written.Stream.Name))}")}: it is for stages that write one.");
        }

        var allowed = catalog.Streams.Streams.Where(stream => stream.SchemaTitle == output.Stream.SchemaTitle && stage.Inputs.All(input => input.Name != stream.Name)).ToList();
        var target = allowed.Find(stream => stream.Name == name) ?? throw new UsageException(
            $"--to-stream is '{name}'; allowed are streams of the catalog that take {output.Stream.SchemaTitle} and that {stage.Name} does not read: {string.Join(", ", allowed.Select(stream => stream.Name))}.");
        return stage with { Outputs = [output with { Stream = target }] };
    }

    private IReadOnlyList<string> Topics()
    {
        var known = _stage.TopicsToRead(_datacenter);
        if (_options.Topics.FirstOrDefault(topic => !known.Contains(topic)) is { } unknown)
        {
            throw new UsageException($"--topic is '{unknown}'; {_stage.Name} reads {string.Join(", ", known)}.");
        }

        var topics = _options.Topics.Count > 0 ? [.. _options.Topics.Distinct()] : known;
        return topics.Count == 1 || _options.FromLake is not null || !NamesPartitions() ? topics : throw new UsageException(
            $"--from or --to names partitions, and {_stage.Name} reads the topics {string.Join(", ", topics)}: choose one with --topic.");
    }

    private bool NamesPartitions() => BackfillBound.Parse("--from", _options.From).NamesPartitions || (_options.To is { } to && BackfillBound.Parse("--to", to).NamesPartitions);

    // What the app checks when it starts, which this copy never does.
    private void Require(SchemaRepository schemas, BackfillSink sink)
    {
        try
        {
            schemas.Require(_stage.ErrorSchemaUri);
            foreach (var output in _stage.Outputs)
            {
                schemas.Require(output.SchemaUri);
            }
        }
        catch (SchemaException cause)
        {
            throw new CatalogException($"Stage {_stage.Name} cannot write: {cause.Message} The setting Millrace:Schemas lists where schemas are.", cause);
        }

        sink.Require(_stage);
    }
}
