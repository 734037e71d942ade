namespace Millrace.Schemas;

/// <summary>What leads from one version of a table to a later one: additions and changed comments, as nothing else is compatible.</summary>
/// <param name="Table">The later version.</param>
/// <param name="Additions">New columns, and new fields within columns; of a new structure only the structure itself.</param>
/// <param name="Recommented">Columns of both versions whose comment is another one now. Comments within columns are not compared.</param>
public sealed record SqlTableDiff(SqlTable Table, IReadOnlyList<SqlAddition> Additions, IReadOnlyList<SqlField> Recommented)
{
    /// <summary>Columns of both versions that have new fields within, or another comment.</summary>
    public IReadOnlyList<SqlField> ChangedColumns { get; } =
        [.. Table.Columns.Where(column => Recommented.Contains(column) || Additions.Any(addition => !addition.Path.IsColumn && addition.Column == column))];

    /// <summary>New columns.</summary>
    public IReadOnlyList<SqlField> NewColumns { get; } = [.. Additions.Where(addition => addition.Path.IsColumn).Select(addition => addition.Column)];

    /// <summary>Compares two versions.</summary>
    /// <exception cref="SqlRefusedException">A field is gone or has another type; all the reasons are given.</exception>
    public static SqlTableDiff Between(SqlTable old, SqlTable later)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(later);
        var comparison = new Comparison();
        comparison.Fields(old.Columns, later.Columns, SqlPath.Root, null);
        SqlRefusedException.ThrowIfAny(comparison.Refusals);
        var recommented = later.Columns.Where(column => old.Columns.Any(before => before.Name == column.Name && before.Comment != column.Comment));
        return new SqlTableDiff(later, comparison.Additions, [.. recommented]);
    }

    private sealed class Comparison
    {
        public List<SqlAddition> Additions { get; } = [];

        public List<SqlRefusal> Refusals { get; } = [];

        public void Fields(IReadOnlyList<SqlField> old, IReadOnlyList<SqlField> later, SqlPath path, SqlField? column)
        {
            var before = old.ToDictionary(field => field.Name, StringComparer.Ordinal);
            foreach (var field in later)
            {
                if (before.Remove(field.Name, out var known))
                {
                    Types(known.Type, field.Type, path.Field(field.Name), column ?? field);
                }
                else
                {
                    Additions.Add(new SqlAddition(path.Field(field.Name), field, column ?? field));
                }
            }

            Refusals.AddRange(before.Values.Select(gone =>
                new SqlRefusal(path.Field(gone.Name).ToString(), $"It was {gone.Type.Description} and is gone; a field stays for as long as the table does.")));
        }

        private void Types(SqlType old, SqlType later, SqlPath path, SqlField column)
        {
            switch (old, later)
            {
                case (SqlType.Row before, SqlType.Row after): Fields(before.Fields, after.Fields, path, column); break;
                case (SqlType.Map before, SqlType.Map after): Types(before.Value, after.Value, path.Values(), column); break;
                case (SqlType.Array before, SqlType.Array after): Types(before.Item, after.Item, path.Items(), column); break;
                case (SqlType.Scalar before, SqlType.Scalar after) when before == after: break;
                case (SqlType.Json, SqlType.Json): break;
                default: Refusals.Add(new SqlRefusal(path.ToString(), $"It was {old.Description} and is {later.Description}; a type stays for as long as the table does.")); break;
            }
        }
    }
}
