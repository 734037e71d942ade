using System.Diagnostics.CodeAnalysis;

namespace Millrace.Core;

/// <summary>The stages that there are, from the files of the catalog: with the streams, the only wiring of the platform.</summary>
public sealed class StageCatalog
{
    private readonly Dictionary<string, StageDefinition> _stages = [];

    private StageCatalog(StreamCatalog streams) => Streams = streams;

    /// <summary>The streams that the stages read and write.</summary>
    public StreamCatalog Streams { get; }

    /// <summary>All stages, each after those whose outputs it reads.</summary>
    public IReadOnlyList<StageDefinition> Stages { get; private set; } = [];

    /// <summary>Reads a stage catalog.</summary>
    /// <param name="utf8Json">The file's content.</param>
    /// <param name="streams">The streams that stages may name.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="CatalogException">It is wrong; the message says where.</exception>
    public static StageCatalog Parse(ReadOnlyMemory<byte> utf8Json, StreamCatalog streams, string file = "stages.json") =>
        Parse([new CatalogFile(file, utf8Json)], streams, "stages");

    /// <summary>Reads the stages, and the streams that they may name, of all files of a catalog.</summary>
    /// <exception cref="CatalogException">One is wrong, or two files have a stage or a stream of the same name; the message says where.</exception>
    public static StageCatalog Parse(IReadOnlyList<CatalogFile> files) => Parse(files, StreamCatalog.Parse(files), CatalogFile.Sections);

    private static StageCatalog Parse(IReadOnlyList<CatalogFile> files, StreamCatalog streams, params string[] sections)
    {
        var catalog = new StageCatalog(streams);
        foreach (var (name, entry) in CatalogReader.Entries(files, "stages", sections))
        {
            catalog._stages.Add(name, catalog.ParseStage(name, entry));
        }

        catalog.Stages = StageOrder.Sort(catalog._stages.Values);
        return catalog;
    }

    /// <summary>The stage of that name.</summary>
    /// <exception cref="CatalogException">There is none; the message lists those that there are.</exception>
    public StageDefinition Get(string name) => TryGet(name, out var stage) ? stage : throw new CatalogException(
        $"The catalog has no stage '{name}'; it has {(_stages.Count == 0 ? "none" : string.Join(", ", _stages.Keys))}.");

    /// <summary>Finds a stage by its name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StageDefinition? stage) => _stages.TryGetValue(name, out stage);

    private StageDefinition ParseStage(string name, CatalogReader entry)
    {
        TopicName.Require(name, entry.Path);
        IReadOnlyList<StreamDefinition>? inputs = null;
        var outputs = new List<StageOutput>();
        var (options, scale, datacenters) = (new StageOptions(), new ScaleOptions(), new DatacenterOptions());
        System.Text.Json.JsonElement settings = default;
        string? connector = null;
        LookupDefinition? lookup = null;
        foreach (var (field, value) in entry.Fields("inputs", "outputs", "connector", "lookup", "options", "settings", "scale", "datacenters"))
        {
            switch (field)
            {
                case "inputs": inputs = [.. value.Texts().SelectMany(stream => Matching(stream, value.Path)).Distinct()]; break;
                case "connector": connector = value.Text(); break;
                case "lookup": lookup = LookupReader.Read(value); break;
                case "outputs": outputs.AddRange(value.Fields().Select(output => ParseOutput(output.Name, output.Value))); break;
                case "options": options = value.Bind<StageOptions>(); break;
                case "settings": settings = value.Json; break;
                case "scale": scale = value.Bind<ScaleOptions>(); break;
                case "datacenters": datacenters = value.Bind<DatacenterOptions>(); break;
            }
        }

        if (scale.MaxReplicas < scale.MinReplicas)
        {
            throw new CatalogException($"{entry.Path}.scale.maxReplicas is {scale.MaxReplicas}; allowed is minReplicas, {scale.MinReplicas}, or more.");
        }

        if (connector is not null && outputs.Count > 0)
        {
            throw new CatalogException($"{entry.Path}.outputs is set, and so is connector: a connector writes to its store, and to no stream but that of its errors.");
        }

        if (lookup is not null && (connector is not null || outputs.Count != 1))
        {
            throw new CatalogException($"{entry.Path}.lookup is set, and {(connector is not null ? "so is connector" : $"outputs names {outputs.Count} streams")}: a stage that is a lookup writes its richer events to one stream.");
        }

        var errors = $"{name}.error";
        var stage = new StageDefinition
        {
            Name = name,
            Inputs = inputs ?? throw new CatalogException($"{entry.Path}.inputs is missing: it lists the streams that the stage reads."),
            Outputs = outputs,
            Connector = connector,
            Lookup = lookup,
            ErrorStream = Streams.TryGet(errors, out var declared) ? declared : new StreamDefinition { Name = errors, SchemaTitle = "error", Topics = [errors] },
            Options = options,
            Settings = settings,
            Configuration = entry.Json,
            Scale = scale,
            Datacenters = datacenters,
        };
        RequireOwnTopics(stage, entry.Path);
        return stage;
    }

    private void RequireOwnTopics(StageDefinition stage, string path)
    {
        foreach (var topic in stage.OwnTopics)
        {
            TopicName.Require(topic.Name, path);
            if (Streams.Streams.FirstOrDefault(stream => stream.Topics.Contains(topic.Name)) is { } stream)
            {
                throw new CatalogException($"{path}: topic '{topic.Name}' is the stage's own, for {topic.Purpose}, and stream '{stream.Name}' has it; give the stream, or the stage, another name.");
            }
        }
    }

    private StageOutput ParseOutput(string stream, CatalogReader schema)
    {
        var (definition, uri) = (Stream(stream, schema.Path), schema.Text());
        return uri.StartsWith($"/{definition.SchemaTitle}/", StringComparison.Ordinal)
            ? new StageOutput(definition, uri)
            : throw new CatalogException($"{schema.Path} is '{uri}'; the stream takes events of /{definition.SchemaTitle}/<version>.");
    }

    // A pattern such as mediawiki.* stands for all streams that begin so, but for those of errors: who wants these names them.
    private List<StreamDefinition> Matching(string name, string path)
    {
        if (!name.EndsWith('*'))
        {
            return [Stream(name, path)];
        }

        var matching = Streams.Streams.Where(stream => stream.Name.StartsWith(name[..^1], StringComparison.Ordinal) && stream.SchemaTitle != "error").ToList();
        return matching.Count > 0 ? matching : throw new CatalogException(
            $"{path}: no stream begins with '{name[..^1]}'; the catalog has {string.Join(", ", Streams.Streams.Select(known => known.Name))}.");
    }

    private StreamDefinition Stream(string name, string path) => Streams.TryGet(name, out var stream) ? stream : throw new CatalogException(
        $"{path}: there is no stream '{name}'; the catalog has {string.Join(", ", Streams.Streams.Select(known => known.Name))}.");
}
