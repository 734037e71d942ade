using Millrace.Local;
using Npgsql;

namespace Millrace.Connectors.Tests;

/// <summary>One server for all tests of the collection; each of them works in a schema of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;
    private int _places;

    public string ConnectionString => _server!.ConnectionString;

    public async Task InitializeAsync() => _server = PostgresPackage.Missing is null ? await PostgresServer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public string NextSchema() => $"test_{Interlocked.Increment(ref _places)}";

    public Task StopServerAsync() => _server!.StopAsync();

    public Task ResumeServerAsync() => _server!.ResumeAsync();
}

[CollectionDefinition(nameof(PostgresFixture))]
public sealed class PostgresGroup : ICollectionFixture<PostgresFixture>;
