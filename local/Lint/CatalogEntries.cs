using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The entries of a catalog one by one: those that can be read make a catalog, the others are findings.</summary>
internal sealed class CatalogEntries
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly List<LintFinding> _problems = [];
    private readonly Dictionary<string, string> _stageFiles = [];
    private readonly Dictionary<string, string> _streamFiles = [];

    /// <summary>Reads the files' entries.</summary>
    public CatalogEntries(IReadOnlyList<CatalogFile> files)
    {
        var streams = Entries(files, "streams", _streamFiles);
        var stages = Entries(files, "stages", _stageFiles);
        Catalog = Whole(files) ?? Gather(streams, stages);
    }

    /// <summary>The catalog of the entries that can be read.</summary>
    public StageCatalog Catalog { get; }

    /// <summary>What is wrong with the others.</summary>
    public IReadOnlyList<LintFinding> Problems => _problems;

    /// <summary>Whether all files were read; where one was not, an entry that is missed may be in it.</summary>
    public bool AreComplete => _problems.Count == 0;

    /// <summary>The file that has a stage's entry, from the repository's root.</summary>
    public string FileOfStage(string stage) => Path(_stageFiles.GetValueOrDefault(stage, "stages.json"));

    /// <summary>The file that has a stream's entry, from the repository's root.</summary>
    public string FileOfStream(string stream) => Path(_streamFiles.GetValueOrDefault(stream, "streams.json"));

    private static string Path(string file) => $"functions/{file}";

    private static StageCatalog? Whole(IReadOnlyList<CatalogFile> files)
    {
        try
        {
            return StageCatalog.Parse(files);
        }
        catch (CatalogException)
        {
            // Each entry says for itself what is wrong.
            return null;
        }
    }

    private Dictionary<string, JsonNode?> Entries(IReadOnlyList<CatalogFile> files, string section, Dictionary<string, string> places)
    {
        var entries = new Dictionary<string, JsonNode?>();
        foreach (var file in files)
        {
            foreach (var (name, entry) in Section(file, section))
            {
                if (places.TryAdd(name, file.Name))
                {
                    entries.Add(name, entry);
                }
                else
                {
                    _problems.Add(new LintFinding(Path(file.Name), $"{section}.{name}", $"'{name}' is in {Path(places[name])}, too. Leave it out of one of them."));
                }
            }
        }

        return entries;
    }

    private JsonObject Section(CatalogFile file, string section)
    {
        try
        {
            var root = JsonNode.Parse(file.Utf8Json.Span, documentOptions: Lenient) as JsonObject
                ?? throw new JsonException("it is no object.");
            var unknown = root.Select(field => field.Key).FirstOrDefault(key => key is not ("stages" or "streams"));
            if (unknown is not null && section == "stages")
            {
                _problems.Add(new LintFinding(Path(file.Name), unknown, $"'{unknown}' is unknown. Allowed are stages and streams; remove it."));
            }

            // A name that stands twice is told only when it is looked at.
            return root[section] is JsonObject entries && entries.Count >= 0 ? entries
                : root[section] is null ? [] : throw new JsonException($"{section} is no object.");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            if (section == "stages")
            {
                _problems.Add(new LintFinding(Path(file.Name), "", $"The file cannot be read: {wrong.Message} Correct it."));
            }

            return [];
        }
    }

    private StageCatalog Gather(Dictionary<string, JsonNode?> streams, Dictionary<string, JsonNode?> stages)
    {
        var good = new Dictionary<string, JsonNode?>();
        foreach (var (name, entry) in streams)
        {
            good.Add(name, entry);
            if (!Try(() => Streams(good), FileOfStream(name), $"streams.{name}"))
            {
                good.Remove(name);
            }
        }

        var known = Streams(good);
        var sound = new Dictionary<string, JsonNode?>();
        foreach (var (name, entry) in stages)
        {
            sound.Add(name, entry);
            if (!Try(() => Stages(sound, known), FileOfStage(name), $"stages.{name}"))
            {
                sound.Remove(name);
            }
        }

        return Stages(sound, known);
    }

    private bool Try(Action parse, string file, string key)
    {
        try
        {
            parse();
            return true;
        }
        catch (CatalogException wrong)
        {
            _problems.Add(new LintFinding(file, key, $"{wrong.Message} Correct it."));
            return false;
        }
    }

    private static StreamCatalog Streams(Dictionary<string, JsonNode?> entries) => StreamCatalog.Parse(Document("streams", entries));

    private static StageCatalog Stages(Dictionary<string, JsonNode?> entries, StreamCatalog streams) => StageCatalog.Parse(Document("stages", entries), streams);

    private static byte[] Document(string section, Dictionary<string, JsonNode?> entries) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { [section] = new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))) });
}
