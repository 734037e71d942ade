using System.Text.Json;
using DuckDB.NET.Data;
using Millrace.Connectors;

namespace Millrace.Resilience;

/// <summary>A lake in a directory, which rolls often. DuckDB reads it, which knows nothing of the lake's code but which files the log names.</summary>
internal sealed class LakeUnderTest : IStoreUnderTest
{
    private const string Table = "resilience_in";

    private readonly string? _own;
    private readonly string _path;

    /// <param name="disk">Where it is; null is a directory of its own.</param>
    public LakeUnderTest(SmallDisk? disk = null)
    {
        _own = disk is null ? Directory.CreateTempSubdirectory("millrace-lake-").FullName : null;
        _path = Path.Combine(disk?.Path ?? _own!, "lake");
    }

    public string Connector => "lake";

    public IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["path"] = _path, ["rollRows"] = 50, ["rollAge"] = "00:00:01" };

    public async Task<IReadOnlyList<Output>> ReadAsync()
    {
        var table = await new DeltaLog(LakePlace.Open(_path), Table).ReadAsync(CancellationToken.None);
        if (table.Files.Count == 0)
        {
            return [];
        }

        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT to_json(t) FROM read_parquet([{string.Join(", ", table.Files.Keys.Select(file => $"'{Path.Combine(_path, Table, file)}'"))}], union_by_name = true) t";
        await using var reader = await command.ExecuteReaderAsync();
        var outputs = new List<Output>();
        while (await reader.ReadAsync())
        {
            var stored = ProbeEvent.Stored(JsonElement.Parse(reader.GetString(0)));

            // A row does not say where it came from, and a table has no order.
            outputs.Add(new Output(new LogPosition(Table, 0, stored.Sequence), stored));
        }

        return outputs;
    }

    public ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            Directory.Delete(_own, recursive: true);
        }

        return default;
    }
}
