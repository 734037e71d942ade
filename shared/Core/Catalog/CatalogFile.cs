namespace Millrace.Core;

/// <summary>A file of the catalog: <c>stages.json</c>, <c>streams.json</c>, or the <c>stage.json</c> in a stage's folder.</summary>
/// <remarks>Each may have <c>stages</c> and <c>streams</c>; all of them together are the catalog, and a name may be in one only.</remarks>
/// <param name="Name">What messages call it, such as <c>PageSummary/stage.json</c>.</param>
/// <param name="Utf8Json">Its content.</param>
public sealed record CatalogFile(string Name, ReadOnlyMemory<byte> Utf8Json)
{
    /// <summary>The sections that a file of the catalog may have.</summary>
    internal static readonly string[] Sections = ["stages", "streams"];
}
