using System.Text.Json;
using Millrace.Core;
using Millrace.Schemas;
using Millrace.Tests;
using Xunit.Abstractions;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeCorpusTests(ITestOutputHelper output) : IDisposable
{
    private readonly LakeFixture _lake = new(Corpus.At("wikimedia", "schemas"));

    public void Dispose() => _lake.Dispose();

    [CorpusFact]
    public async Task Captured_events_come_back_row_by_row()
    {
        var lines = Corpus.Files("wikimedia/events", "*.ndjson").SelectMany(File.ReadLines).Where(line => line.Length > 0).ToList();
        await RoundTripAsync(lines.Select(line => JsonDocument.Parse(line).RootElement));
    }

    [CorpusFact]
    public async Task Examples_of_schemas_come_back_row_by_row()
    {
        var examples = new List<JsonElement>();
        foreach (var file in Corpus.Files("wikimedia/schemas", "*.yaml"))
        {
            var uri = "/" + Path.GetRelativePath(Corpus.At("wikimedia", "schemas"), file)[..^".yaml".Length].Replace('\\', '/');
            if (_lake.Schemas.Document(uri) is { } schema && schema.Child("examples") is { ValueKind: JsonValueKind.Array } all)
            {
                examples.AddRange(all.EnumerateArray().Where(example => example.Child("$schema").Text() == uri));
            }
        }

        Assert.NotEmpty(examples);
        await RoundTripAsync(examples);
    }

    private async Task RoundTripAsync(IEnumerable<JsonElement> events)
    {
        var (compared, without) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var title in events.Where(one => one.Child("$schema").Text() is not null).GroupBy(one => one.Child("$schema").Text()!).OrderBy(title => title.Key, StringComparer.Ordinal))
        {
            var rows = title.ToList();
            SqlTable table;
            try
            {
                table = LakeSchema.Merge([], null, SqlTable.ReadWithJson(_lake.Schemas, title.Key)).Columns is var columns ? new SqlTable(title.Key, null, columns) : null!;
            }
            catch (Exception refused) when (refused is SqlRefusedException or SchemaException)
            {
                without[$"{title.Key}: {refused.Message.Split('\n')[0]}"] = rows.Count;
                continue;
            }

            compared += await RoundTripAsync(title.Key, table, rows);
        }

        output.WriteLine($"{compared} events compared; without a table: {without.Values.Sum()}");
        foreach (var (schema, count) in without)
        {
            output.WriteLine($"  {count} {schema}");
        }

        Assert.NotEqual(0, compared);
        Assert.All(without.Keys, reason => Assert.Contains("which no schema repository has", reason, StringComparison.Ordinal));
    }

    private async Task<int> RoundTripAsync(string schemaUri, SqlTable table, List<JsonElement> events)
    {
        var stream = schemaUri[1..].Replace('/', '.');
        var partition = new StreamPartition(stream, 0);
        var refused = new List<RefusedRecord>();
        await using (var store = _lake.Open())
        {
            refused.AddRange(await LakeFixture.WriteAsync(store, events.Select((one, i) => LakeFixture.Record(i, one.GetRawText(), schemaUri, partition)), LakeFixture.Stage(stream), partition));
        }

        var expected = events.Where((_, i) => refused.All(one => one.Processed.Input.Position.Offset != i))
            .DistinctBy(one => one.Child("meta").Child("id").Text() ?? Guid.NewGuid().ToString())
            .Select(one => Expected(one, new SqlType.Row(table.Columns))).Order(StringComparer.Ordinal).ToList();
        var rows = await _lake.RowsAsync(LakeTable.NameOf(stream));
        var actual = rows.Select(row => Actual(row, new SqlType.Row(table.Columns))).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i], actual[i]);
        }

        Assert.Equal(expected, await AgainAsync(stream, partition, table, expected.Count));
        foreach (var one in refused)
        {
            output.WriteLine($"{schemaUri}: {one.Reason}");
        }

        return expected.Count;
    }

    // As the events that the rows become again.
    private async Task<IReadOnlyList<string>> AgainAsync(string stream, StreamPartition partition, SqlTable table, int count)
    {
        var again = new List<string>();
        if (count == 0)
        {
            return again;
        }

        var lake = await LakeEvents.OpenAsync(_lake.Files, LakeTable.NameOf(stream), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, default);
        await foreach (var one in lake.ReadAsync(partition, 0, long.MaxValue, default))
        {
            again.Add(Expected(JsonDocument.Parse(one.Value).RootElement, new SqlType.Row(table.Columns)));
        }

        return [.. again.Order(StringComparer.Ordinal)];
    }

    // Both sides in one form: absent is null, times are instants to the microsecond, numbers are doubles or longs, fields in the table's order.
    private static string Expected(JsonElement value, SqlType type) => Canonical(value, type, isText: false, text => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));

    private static string Actual(JsonElement value, SqlType type) => Canonical(value, type, isText: true, text => DateTimeOffset.Parse(text.Length > 3 && text[^3] is '+' or '-' ? text + ":00" : text, System.Globalization.CultureInfo.InvariantCulture));

    private static string Canonical(JsonElement value, SqlType type, bool isText, Func<string, DateTimeOffset> time)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return "null";
        }

        return type switch
        {
            SqlType.Json => Plain(value.ValueKind == JsonValueKind.String && isText ? JsonDocument.Parse(value.GetString()!).RootElement : value),
            SqlType.Row row => "{" + string.Join(",", row.Fields.Select(field => $"{field.Name}:{Canonical(value.Child(field.Name), field.Type, isText, time)}")) + "}",
            SqlType.Map map => "{" + string.Join(",", value.EnumerateObject().OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => $"{entry.Name}:{Canonical(entry.Value, map.Value, isText, time)}")) + "}",
            SqlType.Array array => "[" + string.Join(",", value.EnumerateArray().Select(item => Canonical(item, array.Item, isText, time))) + "]",
            SqlType.Scalar { Kind: SqlScalar.Timestamp } => (time(value.GetString()!).UtcTicks / TimeSpan.TicksPerMicrosecond).ToString(System.Globalization.CultureInfo.InvariantCulture),
            SqlType.Scalar { Kind: SqlScalar.Number or SqlScalar.WholeNumber } => value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            SqlType.Scalar { Kind: SqlScalar.Boolean } => value.GetBoolean().ToString(),
            _ => JsonSerializer.Serialize(value.GetString()),
        };
    }

    // Any JSON: the properties of objects in the order of their names.
    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => $"{property.Name}:{Plain(property.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(",", value.EnumerateArray().Select(Plain)) + "]",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };
}
