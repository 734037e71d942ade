using System.Net.Sockets;
using Millrace.Core;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>Tells apart what is wrong with rows from what is wrong with the server, the network or the table.</summary>
internal static class PostgresFailure
{
    // SQLSTATE classes: data exception, integrity constraint violation, program limit exceeded.
    private static readonly string[] OfRows = ["22", "23", "54"];

    private const string ColumnMark = ", column ";

    /// <summary>Whether the server refuses what it was given; else the same may succeed later.</summary>
    public static bool IsOfRows(PostgresException failure) => OfRows.Contains(failure.SqlState[..2]);

    /// <summary>Whether a failure comes from the server or the way to it, and not from a mistake of ours.</summary>
    public static bool IsOfStore(Exception failure) => failure is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>What the caller waits for: it was not written, or perhaps, and may be tried again.</summary>
    public static SinkException ToRetry(string what, Exception failure) =>
        new($"PostgreSQL, {what}: {(failure is PostgresException refused ? $"{refused.MessageText} (SQLSTATE {refused.SqlState})" : failure.Message)}", failure) { CanRetry = true };

    /// <summary>Why the server refuses one row: table, column and the beginning of the value where it says which.</summary>
    public static string Describe(PostgresException failure, string table, PostgresRow row)
    {
        var column = failure.ColumnName ?? ColumnOf(failure.Where);
        var value = column is null ? null : row.Encoder.ValueOf(row, column);
        return $"{table}{(column is null ? "" : $".{column}")}: {(value is null ? "" : $"{value}: ")}{failure.MessageText} (SQLSTATE {failure.SqlState})";
    }

    // "COPY page_change, line 7, column page: …" is all that is said where a value cannot be read.
    private static string? ColumnOf(string? where)
    {
        var at = where?.IndexOf(ColumnMark, StringComparison.Ordinal) ?? -1;
        if (at < 0)
        {
            return null;
        }

        var rest = where![(at + ColumnMark.Length)..];
        var end = rest.AsSpan().IndexOfAny(':', '\n');
        return end < 0 ? rest : rest[..end];
    }
}
