using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>What became of a source.</summary>
/// <param name="Source">The source's path from the repository's root.</param>
/// <param name="Release">The version that it stands for; null where it cannot be made.</param>
/// <param name="Problem">Why it cannot be made or released; null where it can.</param>
internal sealed record SourceOutcome(string Source, SchemaRelease? Release, string? Problem)
{
    /// <summary>The version's URI.</summary>
    public string? Id => Release?.Schema.Id;

    /// <summary>The files that the version lacks, before they are written.</summary>
    public IReadOnlyList<string> Files { get; } = Release?.MissingFiles ?? [];

    /// <summary>Makes the version of a source.</summary>
    public static SourceOutcome Of(SchemaMaterialiser materialiser, string source)
    {
        try
        {
            var release = materialiser.Compare(materialiser.Materialise(source));
            return new SourceOutcome(source, release, release.Difference);
        }
        catch (SchemaException wrong)
        {
            return new SourceOutcome(source, null, wrong.Message);
        }
    }

    /// <summary>What became of it, in a word.</summary>
    public string State(bool isWritten) => Problem is not null ? "refused" : Files.Count == 0 ? "unchanged" : isWritten ? "released" : "new";
}
