using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A document that references are followed in.</summary>
/// <param name="Name">The URI that others refer to it by.</param>
/// <param name="Root">The document.</param>
internal sealed record SourceDocument(string Name, JsonElement Root);

/// <summary>The documents that sources may refer to: those of the repository and of others that were named.</summary>
/// <param name="own">The repository.</param>
/// <param name="others">Repositories that are searched after it.</param>
internal sealed class SchemaSources(RepositoryDirectory own, IReadOnlyList<RepositoryDirectory> others)
{
    private readonly Dictionary<string, SourceDocument?> _documents = new(StringComparer.Ordinal);

    /// <summary>The repository's sources.</summary>
    public IReadOnlyList<RepositoryFile> Currents { get; } = CurrentsOf(own);

    /// <summary>Reads a source.</summary>
    public SourceDocument Read(RepositoryFile file)
    {
        var root = own.Read(file);
        return new SourceDocument(IdOf(root) ?? file.Uri, root);
    }

    /// <summary>Finds the document of that URI: the released version or, where it is not released yet, the source of it.</summary>
    public SourceDocument? Find(string uri)
    {
        if (!_documents.TryGetValue(uri, out var document))
        {
            _documents[uri] = document = FindIn(own, uri) ?? others.Select(other => FindIn(other, uri)).FirstOrDefault(found => found is not null);
        }

        return document;
    }

    private static SourceDocument? FindIn(RepositoryDirectory repository, string uri)
    {
        if (!SchemaUri.IsValid(uri))
        {
            return null;
        }

        if (repository.Find(uri) is { } released)
        {
            return new SourceDocument(uri, released);
        }

        var title = uri[1..uri.LastIndexOf('/')];
        return SchemaFile.Extensions
            .Select(extension => repository.TryRead(RepositoryFile.Of($"{title}/{RepositoryFile.Current}{extension}")))
            .Where(root => root is { } current && IdOf(current) == uri)
            .Select(root => new SourceDocument(uri, root!.Value))
            .FirstOrDefault();
    }

    private static List<RepositoryFile> CurrentsOf(RepositoryDirectory repository) =>
        [.. repository.Files().Where(file => file.Name == RepositoryFile.Current && file.IsRead && file.Title.Length > 0)];

    private static string? IdOf(JsonElement root) => SchemaPart.AllOf(root).First().Text("$id");
}
