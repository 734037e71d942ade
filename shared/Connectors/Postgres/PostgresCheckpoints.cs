using Millrace.Core;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>The table that has, for each partition of each stage, who owns it and how far it is.</summary>
internal static class PostgresCheckpoints
{
    public const string Table = "millrace_checkpoint";

    /// <summary>The table that has the keys that upserts have deleted, and where: an older event does not bring them back.</summary>
    public const string Tombstones = "millrace_tombstone";

    private const string OfPartition = "stage = $1 AND topic = $2 AND partition = $3";

    /// <summary>Makes the schema and the store's own tables where they are missing, within a transaction.</summary>
    public static async Task SetUpAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        await PostgresTable.LockAsync(connection, $"millrace {schema}", cancellation).ConfigureAwait(false);

        // Looked for first: whoever may not create anything has them made by somebody else.
        await ExecuteUnlessAsync($"to_regnamespace('{schema}')", $"CREATE SCHEMA {schema}").ConfigureAwait(false);
        await ExecuteUnlessAsync(
            $"to_regclass('{schema}.{Table}')",
            $"CREATE TABLE {schema}.{Table} (stage text, topic text, partition integer, epoch bigint NOT NULL, next_offset bigint NOT NULL, PRIMARY KEY (stage, topic, partition))").ConfigureAwait(false);
        await ExecuteUnlessAsync(
            $"to_regclass('{schema}.{PostgresTable.Tables}')",
            $"CREATE TABLE {schema}.{PostgresTable.Tables} (name text PRIMARY KEY, schema_uri text NOT NULL)").ConfigureAwait(false);
        await ExecuteUnlessAsync(
            $"to_regclass('{schema}.{Tombstones}')",
            $"CREATE TABLE {schema}.{Tombstones} (name text, key text COLLATE \"C\", topic text NOT NULL, partition integer NOT NULL, position bigint NOT NULL, PRIMARY KEY (name, key))").ConfigureAwait(false);

        async Task ExecuteUnlessAsync(string found, string statement)
        {
            if (!(await PostgresSql.QueryAsync(connection, $"SELECT {found} IS NOT NULL", [], row => row.GetBoolean(0), cancellation).ConfigureAwait(false)).Single())
            {
                await PostgresSql.ExecuteAsync(connection, statement, [], cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes a partition over: commits of its owners until now fail.</summary>
    public static async Task<(long Epoch, long Next)> TakeAsync(NpgsqlConnection connection, string schema, string stage, StreamPartition partition, CancellationToken cancellation)
    {
        var sql = $"""
            INSERT INTO {schema}.{Table} AS c (stage, topic, partition, epoch, next_offset) VALUES ($1, $2, $3, 1, 0)
            ON CONFLICT (stage, topic, partition) DO UPDATE SET epoch = c.epoch + 1 RETURNING epoch, next_offset
            """;
        return (await PostgresSql.QueryAsync(connection, sql, [stage, partition.Topic, partition.Partition], Read, cancellation).ConfigureAwait(false)).Single();
    }

    /// <summary>Takes a partition over, and sets its checkpoint wherever it was.</summary>
    public static Task SetAsync(NpgsqlConnection connection, string schema, string stage, StreamPartition partition, long next, CancellationToken cancellation)
    {
        var sql = $"""
            INSERT INTO {schema}.{Table} AS c (stage, topic, partition, epoch, next_offset) VALUES ($1, $2, $3, 1, $4)
            ON CONFLICT (stage, topic, partition) DO UPDATE SET epoch = c.epoch + 1, next_offset = $4
            """;
        return PostgresSql.ExecuteAsync(connection, sql, [stage, partition.Topic, partition.Partition, next], cancellation);
    }

    /// <summary>Moves a partition's checkpoint, if it is where its owner thinks; the row is locked until the transaction ends.</summary>
    public static async Task<bool> TryMoveAsync(
        NpgsqlConnection connection, string schema, string stage, StreamPartition partition, PostgresOwnership owned, long next, CancellationToken cancellation)
    {
        // Whoever freezes with the row locked keeps the next owner out no longer than that.
        await PostgresSql.ExecuteAsync(connection, "SET LOCAL idle_in_transaction_session_timeout = '1min'", [], cancellation).ConfigureAwait(false);
        var sql = $"UPDATE {schema}.{Table} SET next_offset = $6 WHERE {OfPartition} AND epoch = $4 AND next_offset = $5";
        return await PostgresSql.ExecuteAsync(connection, sql, [stage, partition.Topic, partition.Partition, owned.Epoch, owned.Next, next], cancellation).ConfigureAwait(false) == 1;
    }

    /// <summary>Who owns a partition, and how far it is; zeros where nobody ever did.</summary>
    public static async Task<(long Epoch, long Next)> FindAsync(NpgsqlConnection connection, string schema, string stage, StreamPartition partition, CancellationToken cancellation) =>
        (await PostgresSql.QueryAsync(
            connection, $"SELECT epoch, next_offset FROM {schema}.{Table} WHERE {OfPartition}", [stage, partition.Topic, partition.Partition], Read, cancellation).ConfigureAwait(false)).SingleOrDefault();

    private static (long Epoch, long Next) Read(NpgsqlDataReader row) => (row.GetInt64(0), row.GetInt64(1));
}
