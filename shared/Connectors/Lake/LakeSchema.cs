using System.Buffers;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>The columns of a table and how they grow with the schemas of its events.</summary>
internal static class LakeSchema
{
    // What Delta refuses in a column's name, where columns are mapped by their names.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" ,;{}()\n\t=");

    /// <summary>The columns for events of a schema besides those that a table has.</summary>
    /// <param name="columns">The table's; none where there is no table yet.</param>
    /// <param name="newest">The newest schema that those are of; null where there is no table yet.</param>
    /// <param name="events">The schema's table.</param>
    /// <exception cref="SqlRefusedException">The two do not go together, or Delta cannot hold the columns; all the reasons are given.</exception>
    public static (IReadOnlyList<SqlField> Columns, string Newest) Merge(IReadOnlyList<SqlField> columns, string? newest, SqlTable events)
    {
        Check(events);
        if (newest is null)
        {
            return (events.Columns, events.SchemaUri);
        }

        var table = new SqlTable(newest, null, columns);
        if (VersionOf(events.SchemaUri) <= VersionOf(newest))
        {
            SqlTableDiff.Between(events, table);
            return (columns, newest);
        }

        SqlTableDiff.Between(table, events);
        return (Union(columns, events.Columns), events.SchemaUri);
    }

    // What is new comes last, so that no column changes its place.
    private static IReadOnlyList<SqlField> Union(IReadOnlyList<SqlField> old, IReadOnlyList<SqlField> later) =>
    [
        .. old.Select(field => later.First(candidate => candidate.Name == field.Name) is var now ? new SqlField(field.Name, Union(field.Type, now.Type), now.Comment) : field),
        .. later.Where(field => old.All(known => known.Name != field.Name)),
    ];

    private static SqlType Union(SqlType old, SqlType later) => (old, later) switch
    {
        (SqlType.Row before, SqlType.Row after) => new SqlType.Row(Union(before.Fields, after.Fields)),
        (SqlType.Map before, SqlType.Map after) => new SqlType.Map(Union(before.Value, after.Value)),
        (SqlType.Array before, SqlType.Array after) => new SqlType.Array(Union(before.Item, after.Item)),
        _ => later,
    };

    private static Version VersionOf(string schemaUri) =>
        Version.TryParse(schemaUri[(schemaUri.LastIndexOf('/') + 1)..].Split('-', '+')[0], out var version) ? version : new Version(0, 0);

    private static void Check(SqlTable table)
    {
        var refusals = new List<SqlRefusal>();
        refusals.AddRange(table.Columns.Where(column => LakeHour.Columns.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
            .Select(column => new SqlRefusal($".{column.Name}", "The name is that of a partition column, which every table of the lake has.")));
        refusals.AddRange(table.Columns.Where(column => LakePosition.Columns.Any(one => one.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)))
            .Select(column => new SqlRefusal($".{column.Name}", "The name is that of the column for an event's position, which every table of the lake has.")));
        CheckNames("", table.Columns, refusals);
        if (table.Columns.FirstOrDefault(column => column.Name == "meta")?.Type is not SqlType.Row meta
            || meta.Fields.FirstOrDefault(field => field.Name == "dt")?.Type is not SqlType.Scalar { Kind: SqlScalar.Timestamp })
        {
            refusals.Add(new SqlRefusal(".meta.dt", "The schema declares no date-time there, by which a table of the lake is partitioned."));
        }

        if (refusals.Count > 0)
        {
            throw new SqlRefusedException(refusals);
        }
    }

    private static void CheckNames(string path, IReadOnlyList<SqlField> fields, List<SqlRefusal> refusals)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
        {
            var below = $"{path}.{field.Name}";
            if (field.Name.AsSpan().ContainsAny(Forbidden))
            {
                refusals.Add(new SqlRefusal(below, "The name has a blank, tab, line break or one of ',;{}()=' in it, which Delta does not take."));
            }

            if (!names.Add(field.Name))
            {
                refusals.Add(new SqlRefusal(below, "The name is that of another field but for upper and lower case, which are the same to Delta."));
            }

            CheckType(below, field.Type, refusals);
        }
    }

    private static void CheckType(string path, SqlType type, List<SqlRefusal> refusals)
    {
        switch (type)
        {
            case SqlType.Row row: CheckNames(path, row.Fields, refusals); break;
            case SqlType.Map map: CheckType(path + "{}", map.Value, refusals); break;
            case SqlType.Array array: CheckType(path + "[]", array.Item, refusals); break;
        }
    }
}
