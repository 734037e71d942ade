namespace Millrace.Local;

/// <summary>The catalog's files can be read, and each entry by itself is right.</summary>
internal sealed class CatalogCheck : ILintCheck
{
    public string Name => "catalog";

    public string Demand => "entries have known keys with values in their ranges, name streams that exist, and feed each other in no circle";

    public IEnumerable<LintFinding> Run(LintSubject subject) => subject.Entries.Problems;
}
