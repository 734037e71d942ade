using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>The actions of a Delta log that the lake writes, by the Delta transaction log protocol.</summary>
internal static class DeltaActions
{
    /// <summary>The table's property with the newest schema of its events.</summary>
    public const string SchemaUri = "millrace.schema";

    public static JsonObject Protocol() => new() { ["protocol"] = new JsonObject { ["minReaderVersion"] = 1, ["minWriterVersion"] = 2 } };

    public static JsonObject Table(string id, string name, IReadOnlyList<SqlField> columns, string schemaUri, DateTimeOffset now) => new()
    {
        ["metaData"] = new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["format"] = new JsonObject { ["provider"] = "parquet", ["options"] = new JsonObject() },
            ["schemaString"] = DeltaSchema.Write(columns),
            ["partitionColumns"] = new JsonArray([.. LakeHour.Columns.Select(column => JsonValue.Create(column))]),
            ["configuration"] = new JsonObject { [SchemaUri] = schemaUri },
            ["createdTime"] = now.ToUnixTimeMilliseconds(),
        },
    };

    public static JsonObject Add(DeltaFile file, bool isNew) => new()
    {
        ["add"] = new JsonObject
        {
            ["path"] = WritePath(file.Path),
            ["partitionValues"] = file.Hour.ToPartitionValues(),
            ["size"] = file.Size,
            ["modificationTime"] = file.Modified.ToUnixTimeMilliseconds(),
            ["dataChange"] = isNew,
            ["stats"] = new JsonObject { ["numRecords"] = file.Rows }.ToJsonString(),
        },
    };

    public static JsonObject Remove(DeltaFile file, DateTimeOffset now) => new()
    {
        ["remove"] = new JsonObject
        {
            ["path"] = WritePath(file.Path),
            ["deletionTimestamp"] = now.ToUnixTimeMilliseconds(),
            ["dataChange"] = false,
            ["extendedFileMetadata"] = true,
            ["partitionValues"] = file.Hour.ToPartitionValues(),
            ["size"] = file.Size,
        },
    };

    /// <summary>What a checkpoint keeps of a file that left the table.</summary>
    public static JsonObject Tombstone(string path, DateTimeOffset left) => new()
    {
        ["remove"] = new JsonObject { ["path"] = WritePath(path), ["deletionTimestamp"] = left.ToUnixTimeMilliseconds(), ["dataChange"] = false, ["extendedFileMetadata"] = false },
    };

    /// <summary>What a checkpoint keeps of an application.</summary>
    public static JsonObject Transaction(string application, long version) => new()
    {
        ["txn"] = new JsonObject { ["appId"] = application, ["version"] = version },
    };

    public static JsonObject Transaction(string application, long version, DateTimeOffset now) => new()
    {
        ["txn"] = new JsonObject { ["appId"] = application, ["version"] = version, ["lastUpdated"] = now.ToUnixTimeMilliseconds() },
    };

    public static JsonObject Commit(string operation, DateTimeOffset now) => new()
    {
        ["commitInfo"] = new JsonObject { ["timestamp"] = now.ToUnixTimeMilliseconds(), ["operation"] = operation, ["engineInfo"] = "Millrace" },
    };

    public static DeltaFile ReadAdd(JsonObject add) => new(
        ReadPath(add),
        LakeHour.Of((JsonObject)add["partitionValues"]!),
        (long)add["size"]!,
        add["stats"] is { } stats ? (long?)JsonNode.Parse((string)stats!)?["numRecords"] ?? 0 : 0,
        DateTimeOffset.FromUnixTimeMilliseconds((long)add["modificationTime"]!));

    // Paths are written as URIs. Those of the lake have nothing that is to be escaped; other writers' may.
    private static string WritePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString)).Replace("%3D", "=", StringComparison.Ordinal);

    public static string ReadPath(JsonObject file) => Uri.UnescapeDataString((string)file["path"]!);
}
