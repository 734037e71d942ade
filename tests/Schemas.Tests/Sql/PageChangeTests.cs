namespace Millrace.Schemas.Tests;

/// <summary>The table for page changes in every dialect, as a person would write it.</summary>
public sealed class PageChangeTests
{
    public static TheoryData<string> Dialects => [.. SqlDialect.All.Select(dialect => dialect.Name)];

    [Theory]
    [MemberData(nameof(Dialects))]
    public void The_table_is_as_expected(string dialect)
    {
        var target = new SqlTarget("mediawiki.page_change.v1", ["mediawiki.page_change.v1"]);

        var script = SqlDialect.Find(dialect)!.Create(SqlTable.Read(Repositories.Own(), "/mediawiki/page/change/1.3.0"), target);

        Assert.Equal(File.ReadAllText(Path.Combine(Corpus.Repository, "tests", "Schemas.Tests", "Sql", "PageChange", $"{dialect}.sql")), script.ToString());
    }
}
