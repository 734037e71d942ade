using System.Text.Json;
using DuckDB.NET.Data;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>Reads tables with DuckDB, which knows nothing of the lake's code: the files that the log names, by their names.</summary>
internal static class DuckLake
{
    public static async Task<IReadOnlyList<JsonElement>> RowsAsync(string root, DeltaSnapshot table, string name)
    {
        if (table.Files.Count == 0)
        {
            return [];
        }

        var files = string.Join(", ", table.Files.Keys.Order(StringComparer.Ordinal).Select(path => $"'{Path.Combine(root, name, path)}'"));
        return await QueryAsync($"SELECT to_json(t) FROM read_parquet([{files}], hive_partitioning = true, union_by_name = true) t");
    }

    public static async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SET TimeZone = 'UTC'";
        await command.ExecuteNonQueryAsync();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<JsonElement>();
        while (await reader.ReadAsync())
        {
            rows.Add(JsonDocument.Parse(reader.GetString(0)).RootElement);
        }

        return rows;
    }
}
