using System.Collections.Concurrent;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>The table of a stream, which all of its partitions share. Safe for concurrent use.</summary>
internal sealed class LakeTable(string stream, ILakeFiles files, SchemaRepository schemas, TimeProvider time, LakeSettings settings)
{
    private readonly ConcurrentDictionary<string, SqlTable> _schemas = new(StringComparer.Ordinal);

    /// <summary>The table's name, and its folder.</summary>
    public string Name { get; } = NameOf(stream);

    public DeltaLog Log { get; } = new(files, NameOf(stream)) { CheckpointInterval = settings.CheckpointInterval };

    public ILakeFiles Files { get; } = files;

    public TimeProvider Time { get; } = time;

    /// <summary>The file that says that an hour is complete; null where there is to be none.</summary>
    public string? SuccessFileOf(LakeHour hour) => settings.SuccessFile.Length == 0 ? null : $"{Name}/{hour.Folder}/{settings.SuccessFile}";

    /// <summary>The name that <c>millrace ddl</c> gives the table of a stream, too.</summary>
    public static string NameOf(string stream) => SqlDialect.Find("duckdb")!.TableName(new SqlTarget(stream, []));

    /// <summary>The columns for events of a schema alone.</summary>
    /// <exception cref="SinkException">They have none, so that the stream stops.</exception>
    public IReadOnlyList<SqlField> ColumnsOf(string schemaUri) => TableOf(schemaUri).Columns;

    /// <summary>The columns that the table has or gets, for events of some schemas besides those that it has.</summary>
    /// <exception cref="SinkException">They do not go together, so that the stream stops.</exception>
    public (IReadOnlyList<SqlField> Columns, string? Newest) Merge(DeltaSnapshot table, IEnumerable<string> schemaUris)
    {
        var (columns, newest) = (table.Columns, table.SchemaUri);
        foreach (var schemaUri in schemaUris)
        {
            try
            {
                (columns, newest) = LakeSchema.Merge(columns, newest, TableOf(schemaUri));
            }
            catch (SqlRefusedException refused)
            {
                throw new SinkException($"Stream '{stream}' stops: table '{Name}' has the columns of {newest ?? "none yet"} and cannot take events of {schemaUri}. {refused.Message}", refused);
            }
        }

        return (columns, newest);
    }

    private SqlTable TableOf(string schemaUri)
    {
        if (_schemas.TryGetValue(schemaUri, out var known))
        {
            return known;
        }

        try
        {
            return _schemas[schemaUri] = SqlTable.ReadWithJson(schemas, schemaUri);
        }
        catch (SqlRefusedException refused)
        {
            throw new SinkException($"Stream '{stream}' stops: its schema {schemaUri} has no table. {refused.Message}", refused);
        }
        catch (SchemaException unusable)
        {
            throw new SinkException($"Stream '{stream}' waits for its schema {schemaUri}: {unusable.Message}", unusable) { CanRetry = true };
        }
    }
}
