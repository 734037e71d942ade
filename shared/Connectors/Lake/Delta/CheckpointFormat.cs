using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Schemas;
using Parquet;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>How a checkpoint of a Delta log is written: its actions as rows of a Parquet file, each in the column of its kind.</summary>
/// <remarks>Rows are put in and out as the JSON that the same actions are in commits. Columns that are not listed are passed over in other writers' checkpoints.</remarks>
internal static class CheckpointFormat
{
    /// <summary>How long a checkpoint remembers a file that left the table.</summary>
    public static readonly TimeSpan TombstoneRetention = TimeSpan.FromDays(30);

    // How often the size is looked at.
    private const int RowsBetweenLooks = 256;

    private static readonly SqlType Text = new SqlType.Scalar(SqlScalar.Text);
    private static readonly SqlType Whole = new SqlType.Scalar(SqlScalar.WholeNumber);
    private static readonly SqlType Flag = new SqlType.Scalar(SqlScalar.Boolean);
    private static readonly SqlType Texts = new SqlType.Map(Text);

    // The last column's integers have 32 bits.
    private static readonly SqlField[] Columns =
    [
        Action("txn", ("appId", Text), ("version", Whole), ("lastUpdated", Whole)),
        Action("add", ("path", Text), ("partitionValues", Texts), ("size", Whole), ("modificationTime", Whole), ("dataChange", Flag), ("stats", Text)),
        Action("remove", ("path", Text), ("deletionTimestamp", Whole), ("dataChange", Flag), ("extendedFileMetadata", Flag), ("partitionValues", Texts), ("size", Whole)),
        Action(
            "metaData", ("id", Text), ("name", Text), ("description", Text), ("format", Row(("provider", Text), ("options", Texts))),
            ("schemaString", Text), ("partitionColumns", new SqlType.Array(Text)), ("configuration", Texts), ("createdTime", Whole)),
        Action("protocol", ("minReaderVersion", Whole), ("minWriterVersion", Whole)),
    ];

    /// <summary>Writes a table as it is at a version.</summary>
    /// <returns>How many actions that is.</returns>
    public static async Task<int> WriteAsync(DeltaSnapshot table, DateTimeOffset now, Stream content, CancellationToken cancellation)
    {
        var rows = NewRows();
        var striper = rows.StriperOf(Columns);
        var count = 0;
        var writer = await ParquetWriter.CreateAsync(rows.Schema, content, LakeWriter.Options, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = writer.ConfigureAwait(false);
        foreach (var action in ActionsOf(table, now - TombstoneRetention))
        {
            striper.Add(JsonSerializer.SerializeToUtf8Bytes(action));
            if (++count % RowsBetweenLooks == 0 && rows.Bytes >= LakeWriter.RowGroupBytes)
            {
                await rows.WriteAsync(writer, cancellation).ConfigureAwait(false);
            }
        }

        if (rows.HasRows)
        {
            await rows.WriteAsync(writer, cancellation).ConfigureAwait(false);
        }

        return count;
    }

    /// <summary>Reads a table as it was at a version.</summary>
    /// <exception cref="InvalidDataException">That is no checkpoint, or one that the lake does not know.</exception>
    public static async Task<DeltaSnapshot> ReadAsync(Stream content, long version, CancellationToken cancellation)
    {
        var table = DeltaSnapshot.None;
        var rows = NewRows();
        var reader = await ParquetReader.CreateAsync(content, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            await rows.AppendAsync(group, reader.Schema, cancellation).ConfigureAwait(false);
            table = table.After(Read(rows.Assembler()));
            rows.Clear();
        }

        return table is { Table: not null, Protocol: not null } ? table with { Version = version } : throw new InvalidDataException("It has no metaData, or no protocol.");
    }

    private static IEnumerable<JsonObject> ActionsOf(DeltaSnapshot table, DateTimeOffset since) =>
    [
        new JsonObject { ["protocol"] = table.Protocol!.DeepClone() },
        new JsonObject { ["metaData"] = table.Table!.DeepClone() },
        .. table.Transactions.Select(one => DeltaActions.Transaction(one.Key, one.Value)),
        .. table.Files.Values.Select(file => DeltaActions.Add(file, isNew: false)),
        .. table.Removed.Where(one => one.Value > since).Select(one => DeltaActions.Tombstone(one.Key, one.Value)),
    ];

    private static IEnumerable<JsonNode> Read(RowAssembler rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        while (rows.HasMore)
        {
            rows.WriteTo(json);
            json.Flush();
            yield return JsonNode.Parse(bytes.WrittenSpan)!;
            bytes.ResetWrittenCount();
            json.Reset();
        }
    }

    private static RowGroupBuffer NewRows() => new(Columns, new ParquetSchema(
    [
        .. LakeLayout.Of(Columns[..^1]).Fields,
        new StructField(Columns[^1].Name, [.. ((SqlType.Row)Columns[^1].Type).Fields.Select(field => new DataField(field.Name, typeof(int), isNullable: true))]),
    ]));

    private static SqlField Action(string name, params (string Name, SqlType Type)[] fields) => new(name, Row(fields), null);

    private static SqlType.Row Row(params (string Name, SqlType Type)[] fields) => new([.. fields.Select(field => new SqlField(field.Name, field.Type, null))]);
}
