using Microsoft.Extensions.DependencyInjection;
using Millrace.Core;

namespace Millrace.Functions.Tests;

/// <summary>The app as it is put together from its own catalog.</summary>
public sealed class ProgramTests
{
    private static readonly string[] Settings =
        ["--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}"];

    [Fact]
    public void Every_stage_of_the_catalog_can_be_made()
    {
        using var app = Program.Build(Settings);

        Assert.Equal(Repositories.Catalog.Stages.Select(stage => stage.Name), app.Services.GetServices<StageRunner>().Select(runner => runner.Stage.Name));
    }

    [Fact]
    public void Settings_of_stages_come_from_the_catalog()
    {
        using var app = Program.Build(Settings);

        Assert.Equal("mediawiki.page-create", app.Services.GetRequiredService<PageChangeSettings>().NewPages);
        Assert.Contains("*.wikipedia.org", app.Services.GetRequiredService<PageContentChangeSettings>().Lookup.AllowedHosts);
    }

    [Fact]
    public void An_override_of_the_hosts_that_may_be_asked_leaves_none_of_the_catalogs()
    {
        using var app = Program.Build([.. Settings, "--Stages:PageContentChange:Settings:Lookup:AllowedHosts:0=wiki.example.org"]);

        Assert.Equal(["wiki.example.org"], app.Services.GetRequiredService<PageContentChangeSettings>().Lookup.AllowedHosts);
    }

    [Theory]
    [InlineData("PageContentChange:Settings:ApiTemplate", "wiki.example.org", "allowed is an http or https address")]
    [InlineData("PageContentChange:Settings:ApiTemplate", "https://wiki.example.org/w/api.php?x=y", "without a query")]
    [InlineData("PageContentChange:Settings:ReplicaLag", "02:00:00", "allowed is 00:00:00 to 01:00:00")]
    [InlineData("PageChange:Settings:FirstRevisions", "Keep", "allowed is Create or Filter")]
    [InlineData("PageChange:Settings:NewPages", "", "set it to the input stream that tells of new pages")]
    public void A_setting_that_is_wrong_is_refused_by_its_name(string name, string value, string allowed)
    {
        var refusal = Assert.Throws<CatalogException>(() => Program.Build([.. Settings, $"--Stages:{name}={value}"]));

        Assert.Contains($"Stages:{name} is '{value}'".Replace("'02:00:00'", "02:00:00", StringComparison.Ordinal), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, refusal.Message, StringComparison.Ordinal);
    }
}
