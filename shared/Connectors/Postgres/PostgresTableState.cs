using System.Collections.Immutable;

namespace Millrace.Connectors;

/// <summary>What a transaction has seen of a table, so that the next need not look.</summary>
/// <param name="Newest">The newest schema that it has the columns for; null where nothing is known.</param>
/// <param name="Schemas">The schemas that it has the columns for.</param>
/// <param name="ColumnList">All columns that the store writes, as a list in SQL.</param>
/// <param name="Columns">The same, each.</param>
/// <param name="IdIndexes">The unique indexes on the events' ids.</param>
internal sealed record PostgresTableState(string? Newest, ImmutableHashSet<string> Schemas, string ColumnList, IReadOnlyList<PostgresColumn> Columns, IReadOnlyList<string> IdIndexes)
{
    public static PostgresTableState Unknown { get; } = new(null, [], "", [], []);

    public bool Fits(string schemaUri) => Schemas.Contains(schemaUri);

    public PostgresTableState With(string schemaUri, string newest, string columnList, IReadOnlyList<PostgresColumn> columns, IReadOnlyList<string> idIndexes) =>
        new(newest, Schemas.Add(schemaUri), columnList, columns, idIndexes);
}
