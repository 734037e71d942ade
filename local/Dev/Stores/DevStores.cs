using Millrace.Connectors;
using Millrace.Core;
using Npgsql;

namespace Millrace.Local;

/// <summary>The stores that a session writes to: started where it brings them itself, and looked into at the end.</summary>
internal sealed class DevStores : IAsyncDisposable
{
    private readonly StageCatalog _catalog;
    private PostgresServer? _server;
    private string? _postgres;
    private string? _lake;

    private DevStores(StageCatalog catalog) => _catalog = catalog;

    /// <summary>Starts what is not there yet.</summary>
    /// <param name="options">What to connect to; the stores of its own are below <see cref="DevOptions.Stores"/>.</param>
    /// <param name="catalog">The stages of this session.</param>
    /// <exception cref="UsageException">A store cannot be had here.</exception>
    public static async Task<DevStores> StartAsync(DevOptions options, StageCatalog catalog)
    {
        var stores = new DevStores(catalog);
        foreach (var (store, where) in options.Connect)
        {
            var own = Path.Combine(options.Stores, store);
            if (store == "postgres")
            {
                stores._postgres = where ?? await stores.ServeAsync(own, options.Fresh);
            }
            else if (store == "lake")
            {
                if (where is null && options.Fresh && Directory.Exists(own))
                {
                    Directory.Delete(own, recursive: true);
                }

                stores._lake = where ?? own;
            }
            else if (where is not null)
            {
                throw new UsageException($"--connect is '{store}={where}'; where that store is, the settings of its stage say.");
            }
        }

        return stores;
    }

    /// <summary>The settings by which the app's connectors find the stores.</summary>
    public IEnumerable<string> Settings()
    {
        foreach (var stage in _catalog.Stages)
        {
            if (stage.Connector == "postgres")
            {
                yield return $"--Stages:{stage.Name}:Settings:ConnectionString={_postgres}";
            }
            else if (stage.Connector == "lake")
            {
                yield return $"--Stages:{stage.Name}:Settings:Path={_lake}";
            }
        }
    }

    /// <summary>The tables of the connected streams, and how much is in each.</summary>
    public async Task<IReadOnlyList<TableCount>> CountAsync()
    {
        var counts = new List<TableCount>();
        if (_postgres is not null)
        {
            await CountPostgresAsync(_postgres, counts);
        }

        if (_lake is not null)
        {
            await CountLakeAsync(_lake, counts);
        }

        return counts;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    private async Task<string> ServeAsync(string directory, bool fresh)
    {
        if (PostgresPackage.Missing is { } missing)
        {
            throw new UsageException($"--connect is 'postgres': {missing} Name a server of your own: --connect \"postgres=Host=…;Database=…;Username=…\".");
        }

        if (fresh)
        {
            PostgresServer.DeleteKept(directory);
        }

        _server = await PostgresServer.StartAsync(directory);
        return _server.ConnectionString;
    }

    // Each schema that a connector writes to has a table of its tables.
    private static async Task CountPostgresAsync(string connectionString, List<TableCount> counts)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        foreach (var schema in await TextsAsync(source, "SELECT table_schema FROM information_schema.tables WHERE table_name = 'millrace_table' ORDER BY 1"))
        {
            foreach (var table in await TextsAsync(source, $"SELECT name FROM {Quoted(schema)}.millrace_table ORDER BY 1"))
            {
                var name = schema == "public" ? Quoted(table) : $"{Quoted(schema)}.{Quoted(table)}";
                await using var count = source.CreateCommand($"SELECT count(*) FROM {name}");
                counts.Add(new TableCount("postgres", table, (long)(await count.ExecuteScalarAsync())!, $"SELECT * FROM {name} LIMIT 10"));
            }
        }
    }

    private static async Task<List<string>> TextsAsync(NpgsqlDataSource source, string query)
    {
        var texts = new List<string>();
        await using var command = source.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task CountLakeAsync(string lake, List<TableCount> counts)
    {
        var files = LakePlace.Open(lake);
        foreach (var table in await LakeTables.ListAsync(files, CancellationToken.None))
        {
            var report = LakeTableReport.Of(table, await new DeltaLog(files, table).ReadAsync(CancellationToken.None));
            counts.Add(new TableCount("lake", table, report.Rows, $"SELECT * FROM read_parquet('{lake}/{table}/**/*.parquet', hive_partitioning = true) LIMIT 10"));
        }
    }
}
