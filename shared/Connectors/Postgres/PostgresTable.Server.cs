using Npgsql;

namespace Millrace.Connectors;

/// <summary>What it asks of the server, and tells it.</summary>
internal sealed partial class PostgresTable
{
    /// <summary>Waits until no other transaction changes what is named so.</summary>
    public static Task LockAsync(NpgsqlConnection connection, string name, CancellationToken cancellation) =>
        PostgresSql.ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 7))", [name], cancellation);

    private async Task<string?> RecordedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var sql = $"SELECT schema_uri FROM {_settings.Schema}.{Tables} WHERE name = $1";
        return (await PostgresSql.QueryAsync(connection, sql, [Name], row => row.GetString(0), cancellation).ConfigureAwait(false)).SingleOrDefault();
    }

    private Task<int> RecordAsync(NpgsqlConnection connection, string uri, CancellationToken cancellation) => PostgresSql.ExecuteAsync(
        connection,
        $"INSERT INTO {_settings.Schema}.{Tables} (name, schema_uri) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET schema_uri = excluded.schema_uri",
        [Name, uri],
        cancellation);

    private async Task<Dictionary<string, string>> ColumnsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";
        var columns = await PostgresSql.QueryAsync(connection, Sql, [FullName], row => (Name: row.GetString(0), Type: row.GetString(1)), cancellation).ConfigureAwait(false);
        return columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
    }

    /// <summary>The unique indexes on a column alone; one is made where there has to be one and is none.</summary>
    private async Task<IReadOnlyList<string>> IndexAsync(NpgsqlConnection connection, string column, bool isNeeded, CancellationToken cancellation)
    {
        const string Sql = """
            SELECT c.relname::text
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = to_regclass($1) AND a.attname = $2 AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL
            """;
        var names = await PostgresSql.QueryAsync(connection, Sql, [FullName, column], row => row.GetString(0), cancellation).ConfigureAwait(false);
        if (names.Count > 0 || !isNeeded)
        {
            return names;
        }

        await PostgresSql.ExecuteAsync(connection, $"CREATE UNIQUE INDEX ON {FullName} ({PostgresColumn.Quote(column)})", [], cancellation).ConfigureAwait(false);
        return await IndexAsync(connection, column, isNeeded: false, cancellation).ConfigureAwait(false);
    }
}
