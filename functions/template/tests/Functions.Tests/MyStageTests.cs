#if (lookup)
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Hosting;
using Millrace.Lookups;
#endif
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>The stage through the whole pipeline, on the example of its input's schema: no broker, no host.</summary>
public sealed class MyStageTests
{
#if (lookup)
    // One attempt: what comes after a failed one is the platform's, and takes time.
    private readonly StageDefinition _entry = Repositories.Catalog.Get(nameof(MyStage)) with { Options = new StageOptions { Attempts = 1 } };

    [Fact]
    public async Task The_name_of_the_site_is_what_the_wiki_says()
    {
        var harness = await RunAsync("""{ "query": { "general": { "sitename": "Millpedia" } } }""");

        Assert.Empty(harness.Errors);
        Assert.Equal("Millpedia", Assert.Single(harness.Outputs).GetProperty("site_name").GetString());
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_ends_in_the_error_stream()
    {
        var harness = await RunAsync("<html>");

        Assert.Empty(harness.Outputs);
        Assert.Equal(LookupErrorTypes.Malformed, Assert.Single(harness.Errors).GetProperty("error_type").GetString());
    }

    private async Task<StageHarness> RunAsync(string answer)
    {
        var input = Examples.Of(_entry.Inputs[0]);
        var settings = new MyStageSettings();
        settings.Lookup.Attempts = 1;
        settings.Lookup.AllowedHosts.Add(JsonElement.Parse(input).GetProperty("meta").GetProperty("domain").GetString()!);
        var wiki = new ScriptedWiki(TimeProvider.System, answer);
        using var stage = new MyStage(settings, new LookupFactory(TimeProvider.System, NullLogger<HttpLookup>.Instance) { Transport = _ => wiki });
        var harness = new StageHarness(_entry, stage, Repositories.Own);
        await harness.RunAsync(input);
        return harness;
    }
#else
    private readonly StageDefinition _entry = Repositories.Catalog.Get(nameof(MyStage));

    [Fact]
    public async Task An_event_gets_the_name_of_its_site()
    {
        var harness = new StageHarness(_entry, new MyStage(), Repositories.Own);

        await harness.RunAsync(Examples.Of(_entry.Inputs[0]));

        Assert.Empty(harness.Errors);
        Assert.True(Assert.Single(harness.Outputs).TryGetProperty("site_name", out _));
    }
#endif
}
