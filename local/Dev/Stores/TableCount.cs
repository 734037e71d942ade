namespace Millrace.Local;

/// <summary>A table that connectors have filled.</summary>
/// <param name="Store">The kind of store.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Query">What shows them.</param>
internal sealed record TableCount(string Store, string Table, long Rows, string Query);
