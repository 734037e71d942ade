using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>What became of one schema: statements, or reasons why there are none.</summary>
/// <param name="Schema">The schema's URI.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Script">The statements; null where the schema was refused.</param>
/// <param name="Refusals">The reasons; none where there are statements.</param>
internal sealed record DdlResult(string Schema, string Table, SqlScript? Script, IReadOnlyList<SqlRefusal> Refusals);
