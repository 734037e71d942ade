namespace Millrace.Connectors;

/// <summary>What an upsert makes of rows: within a partition the later position wins, and between topics what is written later.</summary>
/// <remarks>
/// A key is a row of the table, or a tombstone, or neither; never both. A tombstone has the position of the delete that made it, so
/// that an older event of the same partition, in a backfill, does not bring the row back.
/// </remarks>
internal sealed partial class PostgresWriter
{
    // One command has several statements only where none has parameters.
    private string Name => $"'{table.Name.Replace("'", "''", StringComparison.Ordinal)}'";

    private string Tombstones => $"{table.SchemaName}.{PostgresCheckpoints.Tombstones}";

    /// <summary>Waits until no other transaction looks at, or changes, which rows of the table are gone; deletes alone keep others out.</summary>
    /// <remarks>Before anything else of an upsert: what others have committed is seen by the statements that begin later.</remarks>
    public Task LockAsync(bool deletes, CancellationToken cancellation) => PostgresSql.ExecuteAsync(
        Connection,
        $"SELECT pg_advisory_xact_lock{(deletes ? "" : "_shared")}(hashtextextended($1, 7))",
        [$"{table.FullName} {PostgresCheckpoints.Tombstones}"],
        cancellation);

    private Task<int> PutAsync(CancellationToken cancellation)
    {
        var sets = state.Columns.Select(column => PostgresColumn.Quote(column.Name)).Select(name => $"{name} = excluded.{name}");
        return ExecuteAsync(
            $"""
            DELETE FROM {Staging} AS s USING {Tombstones} AS gone
            WHERE gone.name = {Name} AND gone.key = s._key AND gone.topic = s._topic AND gone.partition = s._partition AND gone.position > s._offset;
            DELETE FROM {Tombstones} AS gone USING {Staging} AS s WHERE gone.name = {Name} AND gone.key = s._key;
            INSERT INTO {table.FullName} AS t ({state.ColumnList}) SELECT {state.ColumnList} FROM {Staging}
            ON CONFLICT ({PostgresColumn.Key}) DO UPDATE SET {string.Join(", ", sets)} WHERE NOT (t._topic = excluded._topic AND t._partition = excluded._partition AND t._offset > excluded._offset);
            DROP TABLE {Staging}
            """,
            cancellation);
    }

    private async Task DeleteAsync(PostgresRow[] rows, CancellationToken cancellation)
    {
        object[] values = [rows.Select(row => row.Key!).ToArray(), rows.Select(row => row.Offset).ToArray(), partition.Topic, partition.Partition];
        await PostgresSql.ExecuteAsync(
            Connection,
            $"""
            DELETE FROM {table.FullName} AS t USING unnest($1, $2) AS gone(key, position)
            WHERE t._key = gone.key AND NOT (t._topic = $3 AND t._partition = $4 AND t._offset > gone.position)
            """,
            values,
            cancellation).ConfigureAwait(false);

        // A row that is still there is later than the delete.
        await PostgresSql.ExecuteAsync(
            Connection,
            $"""
            INSERT INTO {Tombstones} AS t (name, key, topic, partition, position)
            SELECT {Name}, gone.key, $3, $4, gone.position FROM unnest($1, $2) AS gone(key, position)
            WHERE NOT EXISTS (SELECT FROM {table.FullName} AS r WHERE r._key = gone.key)
            ON CONFLICT (name, key) DO UPDATE SET topic = excluded.topic, partition = excluded.partition, position = excluded.position
            WHERE NOT (t.topic = excluded.topic AND t.partition = excluded.partition AND t.position > excluded.position)
            """,
            values,
            cancellation).ConfigureAwait(false);
    }
}
