namespace Millrace.EndToEnd;

/// <summary>What the command says to those who misuse it.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("--input names 'absent.ndjson', which is no file.", "--input", "absent.ndjson")]
    [InlineData("--rate is 0; allowed is more than 0, at most 100000.", "--rate", "0")]
    [InlineData("--partitions is 0; allowed is 1 to 256.", "--partitions", "0")]
    [InlineData("--live is 'ftp://x'; allowed is an http or https address.", "--live", "ftp://x")]
    [InlineData("--api-faults has 'Melt=0.1'; allowed is KIND=SHARE", "--api-faults", "Melt=0.1")]
    [InlineData("--setting is 'x'; allowed is NAME=VALUE.", "--setting", "x")]
    [InlineData("Stages:PageChange:Options:concurrency is 0; allowed is 1 to 10000.", "--setting", "Stages:PageChange:Options:Concurrency=0")]
    [InlineData("Stages:PageChange:Options:Concurrency is 'many'; allowed is a whole number.", "--setting", "Stages:PageChange:Options:Concurrency=many")]
    [InlineData("Stages:PageChange:Settings:FirstRevisions is 'maybe'; allowed is Create or Filter.", "--setting", "Stages:PageChange:Settings:FirstRevisions=maybe")]
    [InlineData("Stages:PageContentChange:Settings:Lookup:Attempts is 0; allowed is 1 to 100.", "--setting", "Stages:PageContentChange:Settings:Lookup:Attempts=0")]
    [InlineData("Millrace:Schema is unknown; allowed are Catalog, Schemas, Datacenter.", "--setting", "Millrace:Schema=x")]
    [InlineData("--kafka is '127.0.0.1:1', which does not answer", "--kafka", "127.0.0.1:1")]
    [InlineData("Stages:PageChange:Options:Concurency is unknown; allowed are Concurrency,", "--setting", "Stages:PageChange:Options:Concurency=3")]
    [InlineData("The setting Stages:PageChange:Option is unknown; allowed are Stages:PageChange:Topics", "--setting", "Stages:PageChange:Option=3")]
    [InlineData("The setting Stages:Nope is for a stage that the catalog does not have; it has PageChange, PageContentChange.", "--setting", "Stages:Nope:Options:Concurrency=3")]
    [InlineData("absent-schemas", "--schemas", "absent-schemas")]
    [InlineData("no such configuration property", "--setting", "Kafka:Producer:nonsense=1")]
    [InlineData("apiTemplate is 'gopher://x'", "--setting", "Stages:PageContentChange:Settings:ApiTemplate=gopher://x")]
    [InlineData("nope", "--setting", "AzureFunctionsJobHost:functions:0=nope")]
    public async Task A_wrong_option_or_setting_is_refused_with_its_name_its_value_and_what_is_allowed(string message, params string[] arguments)
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync(["dev", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_refused()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--inptu", "x");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--inptu", run.Error + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_tells_options_examples_and_exit_codes()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["--input", "--until-drained", "--output", "--kafka", "--wiki-api", "--live", "Examples:", "Exit codes:"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_input_the_sample_runs()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("--rate", "1000", "--until-drained", "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((200, 200, 0, 0, 0), run.Account("PageContentChange"));
    }
}
