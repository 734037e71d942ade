using Millrace.Connectors;

namespace Millrace.Local;

/// <summary>What <c>millrace lake show</c> says of a table.</summary>
internal sealed record LakeTableReport(string Table, long Version, string? Schema, int Files, long Rows, long Bytes, int Hours, string? FirstHour, string? LastHour, long LateRows, IReadOnlyDictionary<string, long> Checkpoints)
{
    public static LakeTableReport Of(string name, DeltaSnapshot table)
    {
        var hours = table.Files.Values.Select(file => file.Hour).Distinct().OrderBy(hour => hour.Number).ToList();
        return new LakeTableReport(
            name, table.Version, table.SchemaUri, table.Files.Count, table.Files.Values.Sum(file => file.Rows), table.Files.Values.Sum(file => file.Size),
            hours.Count, hours.Count > 0 ? hours[0].ToString() : null, hours.Count > 0 ? hours[^1].ToString() : null,
            table.LateRows, table.Checkpoints.OrderBy(one => one.Key, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.Value));
    }
}
