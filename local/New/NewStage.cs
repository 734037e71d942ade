using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>Makes a stage in a repository: from the template, whole or not at all.</summary>
internal sealed class NewStage
{
    private const string Template = "template";

    private NewStage(StageDefinition stage, IReadOnlyList<string> files) => (Stage, Files) = (stage, files);

    /// <summary>The stage as the catalog has it now.</summary>
    public StageDefinition Stage { get; }

    /// <summary>The files that were made, from the repository's root.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Makes the files beside the repository, looks whether they fit, and moves them there.</summary>
    /// <exception cref="UsageException">The stage cannot be made; nothing was.</exception>
    /// <exception cref="StageTemplateException">The template engine refused; nothing was made.</exception>
    public static async Task<NewStage> CreateAsync(string root, NewStageOptions options, CancellationToken cancellation)
    {
        var catalog = Load(root);
        var rules = new NewStageRules(root, catalog);
        Require("NAME", options.Name!, rules.OfName(options.Name!));
        Require("--input", options.Input!, rules.OfInput(options.Input!));
        if (options.OutputStream is { } stream)
        {
            Require("--output-stream", stream, rules.OfOutput(stream));
        }

        var made = Directory.CreateTempSubdirectory("millrace-stage-");
        try
        {
            var keyed = options with { Key = options.Key ?? KeyOf(catalog, options.Input!) };
            await StageTemplate.CreateAsync(Path.Combine(RepositoryRoot.Functions(root), Template), keyed, made.FullName, cancellation);
            return Move(made.FullName, root, options.Name!);
        }
        finally
        {
            made.Delete(recursive: true);
        }
    }

    /// <summary>The catalog of a repository.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static StageCatalog Load(string root)
    {
        try
        {
            return CatalogFiles.Load(RepositoryRoot.Functions(root));
        }
        catch (CatalogException wrong)
        {
            throw new UsageException($"The catalog cannot be used as it is: {wrong.Message}");
        }
    }

    private static string KeyOf(StageCatalog catalog, string input)
    {
        catalog.Streams.TryGet(input, out var stream);
        return (stream?.Key?.Paths.Select(path => string.Join('.', path)).ToArray()) switch
        {
            ["wiki_id", "page.page_id"] => "page",
            ["database", "page_id"] => "revision",
            _ => "none",
        };
    }

    private static NewStage Move(string made, string root, string name)
    {
        List<string> files = [.. Directory.GetFiles(made, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(made, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        if (files.Find(file => File.Exists(Path.Combine(root, file))) is { } existing)
        {
            throw new UsageException($"{existing} exists; nothing was made. Choose another name or stream, or remove the file.");
        }

        var entry = $"{name}/{CatalogFiles.OfStage}";
        StageCatalog catalog;
        try
        {
            catalog = StageCatalog.Parse([.. CatalogFiles.Read(RepositoryRoot.Functions(root)), new CatalogFile(entry, File.ReadAllBytes(Path.Combine(RepositoryRoot.Functions(made), entry)))]);
        }
        catch (CatalogException conflict)
        {
            throw new UsageException($"{conflict.Message} Nothing was made. Give another --output-stream.");
        }

        foreach (var file in files)
        {
            var target = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(made, file), target);
        }

        return new NewStage(catalog.Get(name), files);
    }

    private static void Require(string option, string value, string? problem)
    {
        if (problem is not null)
        {
            throw new UsageException($"{option} is '{value}': {problem}.");
        }
    }
}
