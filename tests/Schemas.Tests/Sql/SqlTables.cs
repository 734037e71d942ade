namespace Millrace.Schemas.Tests;

/// <summary>Tables of schemas that a test wrote.</summary>
internal static class SqlTables
{
    public static SqlTarget Target { get; } = new("mediawiki.page_change.v1", ["eqiad.mediawiki.page_change.v1", "codfw.mediawiki.page_change.v1"]);

    /// <summary>The table for a schema with these properties.</summary>
    public static SqlTable Of(string properties) => OfSchema($$"""{ "type": "object", "properties": { {{properties}} } }""");

    public static SqlTable OfSchema(string schema)
    {
        using var repository = new TemporaryRepository().With("test/1.0.0.json", schema);
        return SqlTable.Read(repository.Open(), "/test/1.0.0");
    }

    /// <summary>Why a schema with these properties has no table.</summary>
    public static string[] RefusalsOf(string properties) => Refusals(() => Of(properties));

    public static string[] Refusals(Action refused) => [.. Assert.Throws<SqlRefusedException>(refused).Refusals.Select(refusal => refusal.ToString())];

    public static string Create(string dialect, SqlTable table, bool timestamps = false) => SqlDialect.Find(dialect, timestamps)!.Create(table, Target).ToString();

    public static string Alter(string dialect, SqlTable old, SqlTable later) => SqlDialect.Find(dialect)!.Alter(SqlTableDiff.Between(old, later), Target).ToString();
}
