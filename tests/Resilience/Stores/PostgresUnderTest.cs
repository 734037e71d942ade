using System.Text.Json;
using Millrace.Local;
using Npgsql;

namespace Millrace.Resilience;

/// <summary>A real PostgreSQL, whose table lies on a small disk if it is given one. Its table refuses what is poison.</summary>
internal sealed class PostgresUnderTest : IStoreUnderTest
{
    private const string Table = "resilience_in";

    private readonly PostgresServer _server;

    private PostgresUnderTest(PostgresServer server) => _server = server;

    public string Connector => "postgres";

    public IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["connectionString"] = _server.ConnectionString };

    /// <summary>Starts it.</summary>
    /// <param name="disk">Where the table is; null is where all else is.</param>
    public static async Task<PostgresUnderTest> StartAsync(SmallDisk? disk = null)
    {
        var store = new PostgresUnderTest(await PostgresServer.StartAsync());
        if (disk is not null)
        {
            await store.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{disk.Path}'");
            await store.ExecuteAsync("ALTER DATABASE postgres SET default_tablespace = small");
        }

        // What it has answered for is there after a crash. The rule is somebody's own; the store knows nothing of it.
        await store.ExecuteAsync("ALTER DATABASE postgres SET synchronous_commit = on");
        await store.ExecuteAsync($"CREATE TABLE {Table} (fate text CHECK (fate <> 'poison'))");
        return store;
    }

    /// <summary>Stops it as a crash would.</summary>
    public Task CrashAsync() => _server.CrashAsync();

    /// <summary>Starts it again.</summary>
    public Task RecoverAsync() => _server.ResumeAsync();

    public async Task<IReadOnlyList<Output>> ReadAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT to_jsonb(t)::text, _partition, _offset FROM {Table} AS t", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var outputs = new List<Output>();
        while (await reader.ReadAsync())
        {
            outputs.Add(new Output(new LogPosition(Table, reader.GetInt32(1), reader.GetInt64(2)), ProbeEvent.Stored(JsonElement.Parse(reader.GetString(0)))));
        }

        return outputs;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ExecuteAsync(string statement)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    // No connection outlives its use: the server stops and starts.
    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{_server.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
