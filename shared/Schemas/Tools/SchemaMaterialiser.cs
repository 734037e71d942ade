using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas;

/// <summary>Makes released versions of <c>current</c> schemas: what a source borrows by <c>$ref</c> and <c>allOf</c> is written out.</summary>
/// <remarks>
/// A reference leads to a schema of the repository, released or <c>current</c>, or to a place in its own document; nothing
/// else is read, and nothing is fetched. In the result there is no <c>$ref</c>, <c>allOf</c> or <c>definitions</c>, no
/// <c>$id</c>, <c>$schema</c> or <c>examples</c> but the root's own, and every integer has bounds within ±(2^53−1).
/// </remarks>
public sealed class SchemaMaterialiser
{
    private readonly RepositoryDirectory _repository;
    private readonly SchemaSources _sources;

    /// <summary>Opens a repository.</summary>
    /// <param name="directory">The repository.</param>
    /// <param name="others">Repositories that references may lead to as well, searched after it.</param>
    /// <exception cref="DirectoryNotFoundException">A directory does not exist.</exception>
    public SchemaMaterialiser(string directory, IEnumerable<string>? others = null)
    {
        _repository = new RepositoryDirectory(directory);
        _sources = new SchemaSources(_repository, [.. (others ?? []).Select(other => new RepositoryDirectory(other))]);
    }

    /// <summary>The sources of the repository, by their paths from its root.</summary>
    public IReadOnlyList<string> Sources => [.. _sources.Currents.Select(file => file.Path)];

    /// <summary>Opens the repository that a source belongs to.</summary>
    /// <param name="file">The source: <c>ROOT/title/current.yaml</c>, with its <c>title</c> in it.</param>
    /// <param name="others">Repositories that references may lead to as well.</param>
    /// <param name="source">The source's path from the repository's root.</param>
    /// <exception cref="SchemaException">The file is no source, or does not stand where its title says.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SchemaMaterialiser ForFile(string file, IEnumerable<string>? others, out string source)
    {
        var path = Path.GetFullPath(file);
        var directory = Path.GetDirectoryName(path)!;
        var name = RepositoryFile.Of(Path.GetFileName(path));
        var document = new RepositoryDirectory(directory).TryRead(name) ?? throw new FileNotFoundException($"'{file}' is no file.");
        var title = SchemaPart.AllOf(document).First().Text("title") ?? throw new SchemaException(file, "/title", "is missing: it is the directory from the repository's root.");
        var suffix = Path.DirectorySeparatorChar + title.Replace('/', Path.DirectorySeparatorChar);
        if (name.Name != RepositoryFile.Current || !directory.EndsWith(suffix, StringComparison.Ordinal))
        {
            throw new SchemaException(file, "/title", $"is '{title}', so the file must be <repository>/{title}/{RepositoryFile.Current}.yaml.");
        }

        source = $"{title}/{Path.GetFileName(path)}";
        return new SchemaMaterialiser(directory[..^suffix.Length], others);
    }

    /// <summary>Makes the version that a source stands for.</summary>
    /// <param name="source">One of <see cref="Sources"/>.</param>
    /// <exception cref="SchemaException">The source is wrong, or refers to what is not there or to itself; the message has the path.</exception>
    public MaterialisedSchema Materialise(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        var file = RepositoryFile.Of(source);
        if (_sources.Currents.FirstOrDefault(other => other.Title == file.Title && other.Path != file.Path) is { } second)
        {
            throw new SchemaException(source, "", $"is not the only source of its version: there is '{second.Path}' too. Remove one.");
        }

        var document = _sources.Read(file);
        var id = Identify(file, document.Root);
        var expanded = new ReferenceExpansion(_sources).Expand(document);
        var root = SchemaPart.AllOf(document.Root).First();
        var result = new JsonObject { ["title"] = file.Title, ["$id"] = id, ["$schema"] = root.Text("$schema") ?? Dialect.Uri + "#" };
        foreach (var (keyword, value) in expanded.Where(keyword => !result.ContainsKey(keyword.Key)))
        {
            result[keyword] = value?.DeepClone();
        }

        if (root.Find("examples") is { } examples)
        {
            result["examples"] = SchemaCopy.Plain(examples);
        }

        var bounded = IntegerBounds.Apply(SchemaCopy.Element(result))!.AsObject();
        return new MaterialisedSchema(source, id, SchemaCopy.Element(KeywordOrder.Apply(bounded)));
    }

    /// <summary>Compares a version with what is released of it.</summary>
    /// <exception cref="SchemaException">A released file cannot be read.</exception>
    public SchemaRelease Compare(MaterialisedSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new SchemaRelease(_repository, schema);
    }

    private static string Identify(RepositoryFile file, JsonElement root)
    {
        var whole = SchemaPart.AllOf(root).First();
        var id = whole.Text("$id");
        var prefix = $"/{file.Title}/";
        if (id is null || !id.StartsWith(prefix, StringComparison.Ordinal) || !SchemaVersion.TryParse(id[prefix.Length..], out _))
        {
            throw new SchemaException(file.Path, "/$id", $"'$id' must be '{prefix}<major.minor.patch>', but is {(id is null ? "missing" : $"'{id}'")}.");
        }

        return whole.Text("title") == file.Title ? id : throw new SchemaException(file.Path, "/title", $"'title' must be '{file.Title}', as the directory is, but is '{whole.Text("title")}'.");
    }
}
