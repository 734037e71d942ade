using System.Text.Json;
using Millrace.Core;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>Writes rows into a table within a transaction.</summary>
internal sealed partial class PostgresWriter(NpgsqlTransaction transaction, PostgresTable table, PostgresTableState state, PostgresBuffer buffer, StreamPartition partition)
{
    private const string Staging = "pg_temp.millrace_rows";
    private const string Part = "part";

    // What the server gets in one piece.
    private const int MaxPiece = 64 * 1024;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Trailer = [0xff, 0xff];

    private NpgsqlConnection Connection => transaction.Connection!;

    /// <summary>Rows of which each has an id of its own that the table does not have yet, or none.</summary>
    public async Task<List<PostgresRow>> WithoutDuplicatesAsync(List<PostgresRow> rows, CancellationToken cancellation)
    {
        if (state.IdIndexes.Count == 0)
        {
            return rows;
        }

        var ids = rows.ConvertAll(IdOf);
        var sql = $"SELECT {PostgresColumn.Id} FROM {table.FullName} WHERE {PostgresColumn.Id} = ANY($1)";
        string[] wanted = [.. ids.OfType<string>()];
        var known = (await PostgresSql.QueryAsync(Connection, sql, [wanted], row => row.GetString(0), cancellation).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where((_, i) => ids[i] is not { } id || known.Add(id))];
    }

    /// <summary>Writes rows that are all right, all or none.</summary>
    /// <param name="rows">In an upsert the last of each key.</param>
    /// <param name="mode">Whether they are added, or put in place of those of the same key.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="PostgresException">The server refuses them; the transaction is of no further use.</exception>
    public async Task WriteAsync(IReadOnlyList<PostgresRow> rows, PostgresMode mode, CancellationToken cancellation)
    {
        if (mode == PostgresMode.Append)
        {
            await CopyAsync(table.FullName, rows, cancellation).ConfigureAwait(false);
            return;
        }

        PostgresRow[] written = [.. rows.Where(row => !row.Deletes)];
        if (written.Length > 0)
        {
            await ExecuteAsync($"CREATE TEMP TABLE {Staging} (LIKE {table.FullName})", cancellation).ConfigureAwait(false);
            await CopyAsync(Staging, written, cancellation).ConfigureAwait(false);
            await PutAsync(cancellation).ConfigureAwait(false);
        }

        if (written.Length < rows.Count)
        {
            await DeleteAsync([.. rows.Where(row => row.Deletes)], cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes all rows but those that the server refuses, which it finds by halves.</summary>
    public async Task<List<RefusedRecord>> WriteWithoutRefusedAsync(List<PostgresRow> rows, PostgresMode mode, CancellationToken cancellation)
    {
        var refused = new List<RefusedRecord>();
        await WritePartAsync(rows, mode, refused, cancellation).ConfigureAwait(false);
        return refused;
    }

    private async Task WritePartAsync(List<PostgresRow> rows, PostgresMode mode, List<RefusedRecord> refused, CancellationToken cancellation)
    {
        await transaction.SaveAsync(Part, cancellation).ConfigureAwait(false);
        try
        {
            await WriteAsync(rows, mode, cancellation).ConfigureAwait(false);
            await transaction.ReleaseAsync(Part, cancellation).ConfigureAwait(false);
            return;
        }
        catch (PostgresException failure) when (PostgresFailure.IsOfRows(failure))
        {
            await transaction.RollbackAsync(Part, cancellation).ConfigureAwait(false);
            await transaction.ReleaseAsync(Part, cancellation).ConfigureAwait(false);
            if (rows.Count == 1)
            {
                // Another partition may have brought the same event since it was looked for.
                if (!IsDuplicate(failure))
                {
                    refused.Add(new RefusedRecord(rows[0].Processed, PostgresFailure.Describe(failure, table.Name, rows[0]), ErrorTypes.RefusedByStore));
                }

                return;
            }
        }

        await WritePartAsync(rows[..(rows.Count / 2)], mode, refused, cancellation).ConfigureAwait(false);
        await WritePartAsync(rows[(rows.Count / 2)..], mode, refused, cancellation).ConfigureAwait(false);
    }

    private bool IsDuplicate(PostgresException failure) =>
        failure.SqlState == PostgresErrorCodes.UniqueViolation && failure.ConstraintName is { } index && state.IdIndexes.Contains(index);

    // A COPY for each schema: an older one lacks columns.
    private async Task CopyAsync(string target, IReadOnlyList<PostgresRow> rows, CancellationToken cancellation)
    {
        foreach (var encoder in rows.Select(row => row.Encoder).Distinct())
        {
            var copy = await Connection.BeginRawBinaryCopyAsync($"COPY {target} ({encoder.Columns}) FROM STDIN (FORMAT binary)", cancellation).ConfigureAwait(false);
            await using (copy.ConfigureAwait(false))
            {
                await copy.WriteAsync(Header, cancellation).ConfigureAwait(false);
                var (start, end) = (0, 0);
                for (var i = 0; i < rows.Count; i++)
                {
                    var row = rows[i];
                    if (row.Encoder != encoder)
                    {
                        continue;
                    }

                    if (row.Start != end || end - start + row.Length > MaxPiece)
                    {
                        await copy.WriteAsync(buffer.Slice(start, end - start), cancellation).ConfigureAwait(false);
                        start = row.Start;
                    }

                    end = row.Start + row.Length;
                }

                await copy.WriteAsync(buffer.Slice(start, end - start), cancellation).ConfigureAwait(false);
                await copy.WriteAsync(Trailer, cancellation).ConfigureAwait(false);
            }
        }
    }

    private Task<int> ExecuteAsync(string statements, CancellationToken cancellation) => PostgresSql.ExecuteAsync(Connection, statements, [], cancellation);

    private static string? IdOf(PostgresRow row)
    {
        if (row.Id.Length == 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(row.Id.In(row.Processed.Input.Value));
        reader.Read();
        return reader.GetString();
    }
}
