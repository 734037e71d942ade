using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>A table as its log has it at a version.</summary>
public sealed record DeltaSnapshot
{
    /// <summary>Before the first commit.</summary>
    public static DeltaSnapshot None { get; } = new();

    /// <summary>The last commit's number; -1 where there is none.</summary>
    public long Version { get; init; } = -1;

    /// <summary>The table's lasting identity; null where there is no table yet.</summary>
    public string? Id { get; init; }

    /// <summary>Whether the table has the columns of <see cref="LakePosition"/>.</summary>
    public bool HasPositions { get; init; }

    /// <summary>The columns of events, without those of the position and the partition; none where there is no table yet.</summary>
    public IReadOnlyList<SqlField> Columns { get; init; } = [];

    /// <summary>The newest schema of events that the columns are of; null where there is no table yet.</summary>
    public string? SchemaUri { get; init; }

    /// <summary>The files that the table is made of, by their paths.</summary>
    public ImmutableDictionary<string, DeltaFile> Files { get; init; } = ImmutableDictionary<string, DeltaFile>.Empty;

    /// <summary>When files left the table, by their paths.</summary>
    public ImmutableDictionary<string, DateTimeOffset> Removed { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>What applications noted, by their names.</summary>
    public ImmutableDictionary<string, long> Transactions { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>The <c>metaData</c> action that holds; null where there is no table yet.</summary>
    internal JsonObject? Table { get; init; }

    /// <summary>The <c>protocol</c> action that holds; null where there is none yet.</summary>
    internal JsonObject? Protocol { get; init; }

    /// <summary>The first offset that the table does not have, by stage, topic and partition.</summary>
    public IEnumerable<KeyValuePair<string, long>> Checkpoints => Transactions.Where(one => !one.Key.Contains('#', StringComparison.Ordinal));

    /// <summary>How many events came when their hour had been marked complete.</summary>
    public long LateRows => Transactions.Where(one => one.Key.EndsWith(LakeApplication.Late, StringComparison.Ordinal)).Sum(one => one.Value);

    /// <summary>The table after some actions, at the same version still.</summary>
    /// <param name="actions">A commit's, or some of a checkpoint's.</param>
    internal DeltaSnapshot After(IEnumerable<JsonNode> actions)
    {
        var (files, removed, transactions) = (Files.ToBuilder(), Removed.ToBuilder(), Transactions.ToBuilder());
        var next = this;
        foreach (var action in actions)
        {
            if (action["add"] is JsonObject add)
            {
                var file = DeltaActions.ReadAdd(add);
                files[file.Path] = file;
                removed.Remove(file.Path);
            }
            else if (action["remove"] is JsonObject remove)
            {
                var path = DeltaActions.ReadPath(remove);
                files.Remove(path);
                removed[path] = DateTimeOffset.FromUnixTimeMilliseconds((long?)remove["deletionTimestamp"] ?? 0);
            }
            else if (action["txn"] is JsonObject transaction)
            {
                transactions[(string)transaction["appId"]!] = (long)transaction["version"]!;
            }
            else if (action["metaData"] is JsonObject table)
            {
                var (columns, hasPositions) = DeltaSchema.Read((string)table["schemaString"]!);
                next = next with { Table = table, Id = (string)table["id"]!, Columns = columns, HasPositions = hasPositions, SchemaUri = (string?)table["configuration"]?[DeltaActions.SchemaUri] };
            }
            else if (action["protocol"] is JsonObject protocol)
            {
                next = (int)protocol["minReaderVersion"]! <= 1 && (int)protocol["minWriterVersion"]! <= 2 ? next with { Protocol = protocol } : throw new InvalidDataException($"The table's protocol is {protocol.ToJsonString()}; this lake knows reader version 1 and writer version 2.");
            }
        }

        return next with { Files = files.ToImmutable(), Removed = removed.ToImmutable(), Transactions = transactions.ToImmutable() };
    }
}
