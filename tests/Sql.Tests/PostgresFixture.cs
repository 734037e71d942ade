using Millrace.Local;
using Npgsql;

namespace Millrace.Sql.Tests;

/// <summary>One server for all tests of a class; each of them works in a transaction that it never commits.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    public async Task InitializeAsync() => _server = PostgresPackage.Missing is null ? await PostgresServer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A connection within a transaction; closing it undoes everything.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_server!.ConnectionString);
        await connection.OpenAsync();
        await connection.BeginTransactionAsync();
        return connection;
    }
}
