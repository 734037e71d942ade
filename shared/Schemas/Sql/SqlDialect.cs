using System.Text;

namespace Millrace.Schemas;

/// <summary>Writes a table in the SQL of one engine.</summary>
/// <remarks>
/// Every name is quoted, so that no keyword list is needed, and every text is a literal of the engine: whatever a schema's
/// names and descriptions contain, a statement stays one statement. What the engine cannot hold is refused.
/// </remarks>
public abstract class SqlDialect
{
    /// <summary>All dialects by their names. Spark and Hive keep a date-time as a string.</summary>
    public static IReadOnlyList<SqlDialect> All { get; } =
        [new FlinkDialect(), new SparkDialect(timestamps: false), new HiveDialect(timestamps: false), new PostgresDialect(), new DuckDbDialect()];

    /// <summary>The dialect's name, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>The dialect of that name; null where there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="timestamps">Whether a date-time is a timestamp where strings are the custom: in Spark and Hive.</param>
    public static SqlDialect? Find(string name, bool timestamps = false) => name switch
    {
        "spark" => new SparkDialect(timestamps),
        "hive" => new HiveDialect(timestamps),
        _ => All.FirstOrDefault(dialect => dialect.Name == name),
    };

    /// <summary>The name of the table for a stream: lower case, with <c>_</c> for whatever is no letter, digit or <c>_</c>.</summary>
    public virtual string TableName(SqlTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return string.Concat(target.Stream.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
    }

    /// <summary>The statements that create a table.</summary>
    /// <exception cref="SqlRefusedException">The engine cannot hold it; all the reasons are given.</exception>
    public SqlScript Create(SqlTable table, SqlTarget target)
    {
        ArgumentNullException.ThrowIfNull(table);
        Check(table, target);
        return WriteCreate(table, target);
    }

    /// <summary>The statements that bring a table to a later version of its schema. Additions come last, whatever their order in the schema.</summary>
    /// <exception cref="SqlRefusedException">The engine cannot hold the later version; all the reasons are given.</exception>
    public SqlScript Alter(SqlTableDiff diff, SqlTarget target)
    {
        ArgumentNullException.ThrowIfNull(diff);
        Check(diff.Table, target);
        return WriteAlter(diff, target);
    }

    private protected abstract SqlScript WriteCreate(SqlTable table, SqlTarget target);

    private protected abstract SqlScript WriteAlter(SqlTableDiff diff, SqlTarget target);

    /// <summary>Why the engine cannot hold a name; null where it can.</summary>
    private protected abstract string? WhyNot(string name);

    /// <summary>Whether two names in one row may differ in case only.</summary>
    private protected abstract bool IsCaseSensitive { get; }

    /// <summary>A name in quotes.</summary>
    private protected abstract string Quote(string name);

    /// <summary>A text as a literal.</summary>
    private protected virtual string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The name of a property's column, quoted.</summary>
    private protected virtual string Column(string name) => Quote(name);

    private protected abstract string ScalarType(SqlScalar scalar);

    /// <summary>A row's type.</summary>
    /// <param name="row">The row.</param>
    /// <param name="indent">How far the line is indented that the type begins on.</param>
    private protected abstract string RowType(SqlType.Row row, int indent);

    private protected abstract string MapType(SqlType.Map map, int indent);

    private protected abstract string ArrayType(SqlType.Array array, int indent);

    /// <summary>The type of any JSON value; null where the engine has none, and refuses it.</summary>
    private protected virtual string? JsonType => null;

    private protected string TypeOf(SqlType type, int indent) => type switch
    {
        SqlType.Scalar scalar => ScalarType(scalar.Kind),
        SqlType.Row row => RowType(row, indent),
        SqlType.Map map => MapType(map, indent),
        SqlType.Array array => ArrayType(array, indent),
        SqlType.Json when JsonType is { } json => json,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private protected string Table(SqlTarget target) => Quote(TableName(target));

    /// <summary>Items between brackets, a line each.</summary>
    private protected static string Block(string open, IEnumerable<string> items, string close, int indent)
    {
        var block = new StringBuilder(open);
        var separator = "";
        foreach (var item in items)
        {
            block.Append(separator).Append('\n').Append(' ', indent + 2).Append(item);
            separator = ",";
        }

        return block.Append('\n').Append(' ', indent).Append(close).ToString();
    }

    /// <summary>Adds what the dialect itself has against a table.</summary>
    private protected virtual void Check(SqlTable table, List<SqlRefusal> refusals)
    {
    }

    private void Check(SqlTable table, SqlTarget target)
    {
        var refusals = new List<SqlRefusal>();
        if (WhyNot(TableName(target)) is { } reason)
        {
            refusals.Add(new SqlRefusal(SqlPath.Root.ToString(), $"The table's name '{TableName(target)}' {reason}"));
        }

        Check(new SqlType.Row(table.Columns), SqlPath.Root, refusals);
        Check(table, refusals);
        SqlRefusedException.ThrowIfAny(refusals);
    }

    private void Check(SqlType type, SqlPath path, List<SqlRefusal> refusals)
    {
        switch (type)
        {
            case SqlType.Json when JsonType is null: refusals.Add(new SqlRefusal(path.ToString(), $"It is {type.Description}, for which {Name} has no type.")); break;
            case SqlType.Map map: Check(map.Value, path.Values(), refusals); break;
            case SqlType.Array array: Check(array.Item, path.Items(), refusals); break;
            case SqlType.Row row:
                var names = new HashSet<string>(IsCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
                foreach (var field in row.Fields)
                {
                    var below = path.Field(field.Name);
                    if (WhyNot(field.Name) is { } reason && IsWritten(below))
                    {
                        refusals.Add(new SqlRefusal(below.ToString(), $"The name {reason}"));
                    }

                    if (!names.Add(field.Name) && IsWritten(below))
                    {
                        refusals.Add(new SqlRefusal(below.ToString(), $"The name is that of another field but for upper and lower case, which are the same to {Name}."));
                    }

                    Check(field.Type, below, refusals);
                }

                break;
        }
    }

    /// <summary>Whether the names at that depth stand in the dialect's statements.</summary>
    private protected virtual bool IsWritten(SqlPath path) => true;
}
