using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Checks the schemas of a repository against <see cref="SchemaRule.All"/>.</summary>
public static class SchemaCheck
{
    private static readonly Uri Root = new("schema://repository/");

    /// <summary>Checks every version in a repository.</summary>
    /// <remarks><c>current</c> and <c>latest</c> files are not checked: the versions are, which are what events name.</remarks>
    /// <param name="directory">The repository.</param>
    /// <param name="compatibility">Whether successive versions within a major version are compared too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public static SchemaCheckResult Run(string directory, bool compatibility)
    {
        var repository = new RepositoryDirectory(directory);
        var findings = new List<SchemaFinding>();
        var versions = new List<(RepositoryFile File, JsonElement Document)>();
        foreach (var files in repository.Files().Where(file => !file.IsAlias && IsNamed(repository, file, findings)).GroupBy(file => file.Uri, StringComparer.Ordinal))
        {
            if (ReadAll(repository, [.. files.OrderBy(file => file.Extension switch { ".json" => 0, ".yaml" => 1, _ => 2 })], findings) is { } version)
            {
                versions.Add(version);
                CheckDocument(version.File, version.Document, findings);
            }
        }

        if (compatibility)
        {
            CompareVersions(versions, findings);
        }

        return new SchemaCheckResult(versions.Count, [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal)]);
    }

    /// <summary>Checks one document that is not in a repository yet.</summary>
    /// <param name="uri">The URI that it will have, such as <c>/page/change/1.0.0</c>.</param>
    /// <param name="document">The document.</param>
    public static IReadOnlyList<SchemaFinding> Document(string uri, JsonElement document)
    {
        ArgumentException.ThrowIfNullOrEmpty(uri);
        var findings = new List<SchemaFinding>();
        CheckDocument(RepositoryFile.Of(uri.TrimStart('/') + ".json"), document, findings);
        return findings;
    }

    private static bool IsNamed(RepositoryDirectory repository, RepositoryFile file, List<SchemaFinding> findings)
    {
        var problem = repository.LeadsOut(file) ? "The link leads out of the repository, or nowhere. Put the file itself here."
            : file is { Version: not null, IsRead: true, Title.Length: > 0 } ? null
            : file.Title.Length == 0 && file.Version is null ? ""
            : $"No event can name this file: it is not <title>/<major.minor.patch> with {string.Join(", ", SchemaFile.Extensions.Where(extension => extension.Length > 0))} or no extension. Rename it.";
        if (problem is { Length: > 0 })
        {
            findings.Add(new SchemaFinding(file.Path, "", SchemaRule.FileName, problem));
        }

        // At the root there are other files, such as a package.json.
        return problem is null;
    }

    // The first is the one that events find; the others are to say the same.
    private static (RepositoryFile File, JsonElement Document)? ReadAll(RepositoryDirectory repository, IReadOnlyList<RepositoryFile> files, List<SchemaFinding> findings)
    {
        (RepositoryFile File, JsonElement Document)? first = null;
        foreach (var file in files)
        {
            try
            {
                var document = repository.Read(file);
                if (first is null)
                {
                    first = (file, document);
                }
                else if (!JsonEquality.Instance.Equals(first.Value.Document, document))
                {
                    findings.Add(new SchemaFinding(file.Path, "", SchemaRule.SameContent, $"The file says something else than '{first.Value.File.Path}', which is found first. Make them the same, or remove one."));
                }
            }
            catch (SchemaException broken)
            {
                findings.Add(new SchemaFinding(file.Path, broken.Location, SchemaRule.Syntax, $"{broken.Message} Correct the file."));
            }
        }

        return first;
    }

    private static void CheckDocument(RepositoryFile file, JsonElement document, List<SchemaFinding> findings)
    {
        var schema = new SchemaUnderCheck(file, document, findings);
        var before = findings.Count;
        IdentityRules.Check(schema);
        ShapeRules.Check(schema);
        SecureRules.Check(schema);

        // What a reference leads to is not here, so nothing can be said about examples yet.
        var isWhole = !findings.Skip(before).Any(finding => finding.Rule == SchemaRule.Materialised);
        ExampleRules.Check(schema, isWhole ? Compile(schema) : null);
    }

    private static JsonSchema? Compile(SchemaUnderCheck schema)
    {
        try
        {
            return SchemaCompiler.Compile(new Uri(Root, schema.File.Uri), schema.File.Uri, schema.Root, _ => null);
        }
        catch (SchemaException wrong)
        {
            schema.Find(SchemaRule.Draft07, wrong.Location, $"{wrong.Message} Correct the schema.");
            return null;
        }
    }

    private static void CompareVersions(List<(RepositoryFile File, JsonElement Document)> versions, List<SchemaFinding> findings)
    {
        foreach (var major in versions.GroupBy(version => (version.File.Title, version.File.Version!.Value.Major)))
        {
            var ordered = major.OrderBy(version => version.File.Version!.Value).ToList();
            foreach (var (older, newer) in ordered.Zip(ordered.Skip(1)))
            {
                findings.AddRange(SchemaDiff.Between(older.Document, newer.Document)
                    .Where(change => !change.IsCompatible)
                    .Select(change => new SchemaFinding(newer.File.Path, change.Location, SchemaRule.Compatible, $"Since {older.File.Name}, at '{change.Path}', {change.Sentence}. Take it back, or raise the major version.")));
            }
        }
    }
}
