namespace Millrace.Schemas;

/// <summary>Writes materialised schemas as the files of their version. What is released is never written again.</summary>
public sealed class SchemaRelease
{
    private static readonly string[] Forms = [".yaml", ".json"];

    private readonly RepositoryDirectory _repository;
    private readonly List<string> _missing = [];

    /// <summary>Compares a schema with what is released of it.</summary>
    internal SchemaRelease(RepositoryDirectory repository, MaterialisedSchema schema)
    {
        _repository = repository;
        Schema = schema;
        foreach (var form in SchemaFile.Extensions)
        {
            var file = RepositoryFile.Of(schema.Id[1..] + form);
            if (repository.TryRead(file) is not { } released)
            {
                if (Forms.Contains(form))
                {
                    _missing.Add(form);
                }
            }
            else if (Difference is null && !JsonEquality.Instance.Equals(released, schema.Document))
            {
                var first = SchemaDiff.Between(released, schema.Document) is [var change, ..] ? $"at '{change.Location}' {change.Sentence}" : "";
                Difference = $"'{file.Path}' is released and says something else: {first}. Raise the version in the $id of '{schema.Source}'.";
            }
        }
    }

    /// <summary>The schema.</summary>
    public MaterialisedSchema Schema { get; }

    /// <summary>How it stands to the files of its version.</summary>
    public ReleaseState State => Difference is not null ? ReleaseState.Different : _missing.Count > 0 ? ReleaseState.New : ReleaseState.Unchanged;

    /// <summary>What a released file says else, and the remedy; null unless <see cref="State"/> is <see cref="ReleaseState.Different"/>.</summary>
    public string? Difference { get; }

    /// <summary>The files that are to be written, by their paths from the repository's root.</summary>
    public IReadOnlyList<string> MissingFiles => State == ReleaseState.New ? [.. _missing.Select(form => Schema.Id[1..] + form)] : [];

    /// <summary>Writes the files that are missing, each in one step.</summary>
    /// <exception cref="IOException">A file cannot be written, or somebody else wrote it in the meantime.</exception>
    public void Write()
    {
        foreach (var path in MissingFiles)
        {
            var file = Path.Combine(_repository.Root, path);
            File.WriteAllText(file + "~", path.EndsWith(".json", StringComparison.Ordinal) ? Schema.ToJson() : Schema.ToYaml());
            File.Move(file + "~", file, overwrite: false);
        }
    }
}
