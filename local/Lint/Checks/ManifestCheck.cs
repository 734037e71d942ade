using Millrace.Core;

namespace Millrace.Local;

/// <summary>The manifests are those that would be generated now.</summary>
internal sealed class ManifestCheck : ILintCheck
{
    public string Name => "manifests";

    public string Demand => "infra/keda is what `millrace manifests` would write";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        // A repository without manifests is not told to have some. What the catalog lacks is said by the rule for that.
        if (!Directory.Exists(Path.Combine(subject.Root, RepositoryManifests.Default)) || !subject.Entries.AreComplete)
        {
            return [];
        }

        try
        {
            return [.. new RepositoryManifests(subject.Root).Compare()
                .Where(change => change.State != ManifestState.Unchanged)
                .Select(change => new LintFinding($"{RepositoryManifests.Default}/{change.Path}", "", $"The file is {change.State.ToString().ToLowerInvariant()}. Run `millrace manifests`, and commit what it writes."))];
        }
        catch (Exception wrong) when (wrong is CatalogException or UsageException)
        {
            return [new LintFinding(RepositoryManifests.Default, "", $"{wrong.Message} Correct it, and run `millrace manifests`.")];
        }
    }
}
