using System.Text.Json;
using Millrace.Local;

namespace Millrace.EndToEnd;

/// <summary><c>millrace dev --connect</c>: streams become tables.</summary>
public sealed class ConnectTests
{
    [PostgresFact]
    public async Task Every_event_of_every_stream_is_a_row_of_its_table_in_both_stores()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--connect", "postgres", "--connect", "lake", "--until-drained", "--rate", "100", "--fresh", "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        using var summary = JsonDocument.Parse(run.Output);
        var tables = summary.RootElement.GetProperty("tables").EnumerateArray()
            .ToDictionary(table => (table.GetProperty("store").GetString()!, table.GetProperty("table").GetString()!), table => table.GetProperty("rows").GetInt64());
        foreach (var store in (string[])["postgres", "lake"])
        {
            Assert.Equal(200, tables[(store, "mediawiki_revision_create")] + tables[(store, "mediawiki_page_create")]);
            Assert.Equal(200, tables[(store, "mediawiki_page_change_v1")]);
            Assert.Equal(200, tables[(store, "mediawiki_page_content_change_v1")]);
        }
    }

    [Theory]
    [InlineData("--connect names 'nowhere'; allowed are postgres, lake", "nowhere")]
    [InlineData("--connect is '=x'; allowed is STORE or STORE=WHERE.", "=x")]
    [InlineData("settings.connectionString cannot be used", "postgres=nonsense")]
    public async Task A_store_that_there_is_not_is_refused(string message, string store)
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--connect", store);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private sealed class PostgresFactAttribute : FactAttribute
    {
        public PostgresFactAttribute() => Skip = PostgresPackage.Missing;
    }
}
