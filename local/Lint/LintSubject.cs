using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>What <c>millrace lint</c> looks at: the catalog and schemas of a repository, and the classes of a function app.</summary>
/// <remarks>What of the catalog cannot be read is in <see cref="Entries"/>; the rest is here, so that one mistake does not hide the next.</remarks>
internal sealed class LintSubject
{
    private readonly List<string> _schemaPlaces;

    /// <summary>Reads a repository.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="classes">The classes of the function app.</param>
    /// <param name="schemas">Schema repositories that are searched after the repository's own.</param>
    /// <exception cref="UsageException">It is no such repository.</exception>
    public LintSubject(string root, IEnumerable<Type> classes, IReadOnlyList<string> schemas)
    {
        Root = Path.GetFullPath(root);
        Entries = new CatalogEntries(CatalogFiles.Read(RepositoryRoot.Functions(Root)));
        _schemaPlaces = [RepositoryRoot.OwnSchemas(Root), .. schemas];
        Schemas = new SchemaDirectories(_schemaPlaces);
        var all = classes.ToList();
        var unused = StageClass.Among(all).Where(stage => stage.IsOptional && Entries.AreComplete && !Entries.Catalog.TryGet(stage.Name, out _)).Select(stage => stage.Name).ToHashSet();
        Classes = [.. StageClass.Among(all).Where(stage => !unused.Contains(stage.Name))];
        Triggers = [.. DeclaredFunction.Among(all).Where(function => !unused.Any(function.Feeds))];
        Datacenters = ReadDatacenters();
    }

    /// <summary>The repository's root.</summary>
    public string Root { get; }

    /// <summary>The entries of the catalog, and what is wrong with them alone.</summary>
    public CatalogEntries Entries { get; }

    /// <summary>The stages whose entries can be read.</summary>
    public IReadOnlyList<StageDefinition> Stages => Entries.Catalog.Stages;

    /// <summary>The schemas that events may have.</summary>
    public SchemaDirectories Schemas { get; }

    /// <summary>The stages that there are classes for, but for those that need no entry in the catalog, and have none.</summary>
    public IReadOnlyList<StageClass> Classes { get; }

    /// <summary>The functions.</summary>
    public IReadOnlyList<DeclaredFunction> Triggers { get; }

    /// <summary>The datacenters; null where their file cannot be read.</summary>
    public DatacenterCatalog? Datacenters { get; }

    /// <summary>Why the datacenters cannot be read; null where they can.</summary>
    public string? DatacenterProblem { get; private set; }

    /// <summary>The repository's own schemas.</summary>
    public string OwnSchemas => _schemaPlaces[0];

    /// <summary>A finding about a stage's entry.</summary>
    public LintFinding AtStage(string stage, string key, string sentence) => new(Entries.FileOfStage(stage), $"stages.{stage}{Below(key)}", sentence);

    /// <summary>A finding about a stream's entry.</summary>
    public LintFinding AtStream(string stream, string key, string sentence) => new(Entries.FileOfStream(stream), $"streams.{stream}{Below(key)}", sentence);

    private static string Below(string key) => key.Length == 0 ? "" : $".{key}";

    private DatacenterCatalog? ReadDatacenters()
    {
        try
        {
            return DatacenterCatalog.Parse(File.ReadAllBytes(Path.Combine(Root, RepositoryRoot.Datacenters)));
        }
        catch (Exception wrong) when (wrong is CatalogException or IOException)
        {
            DatacenterProblem = wrong.Message;
            return null;
        }
    }
}
