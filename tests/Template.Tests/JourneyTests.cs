using System.Text.Json;
using Millrace.Console.Tests;
using Millrace.EndToEnd;

namespace Millrace.Template.Tests;

/// <summary>The README's way, by a newcomer with a browser: a stage of the template runs, its lookup breaks, its events are seen to fail, and are replayed when it works again.</summary>
[Collection(CreatedTests.Name)]
public sealed class JourneyTests(CreatedStages created)
{
    private const string Stage = "RevisionSite";
    private const string Output = "mediawiki.site_of_revision.v1";
    private const int Least = 8;

    [BrowserFact]
    public async Task A_stage_whose_lookup_breaks_is_seen_repaired_and_its_events_are_replayed_in_their_order()
    {
        await using var browser = await HeadlessBrowser.StartAsync();
        (await created.MillraceAsync("test", Stage)).Good();

        await using (var api = new NoApi())
        using (var broken = Dev("--fresh", "--setting", $"Stages:{Stage}:Settings:ApiTemplate={api.Template}"))
        {
            await SeeFailuresAsync(browser, await AddressAsync(broken));
            await broken.SignalAsync("TERM");
            await broken.EndAsync();
        }

        var failed = await FailedAsync("open");
        Assert.True(failed.Count >= Least);

        using (var repaired = Dev())
        {
            await ReplayAsync(browser, await AddressAsync(repaired), failed.Count);
            await repaired.SignalAsync("TERM");
            await repaired.EndAsync();
        }

        await ReplayedInOrderAsync(failed);
    }

    private static async Task SeeFailuresAsync(HeadlessBrowser browser, Uri console)
    {
        await using var page = await browser.OpenAsync(console, "#/");
        await page.SeeAsync("main", Stage);
        await CountAsync(page, "open", Least);
        // Once the circuit is open, others fail of that.
        await page.GoAsync($"#/errors?stage={Stage}&type=lookup_malformed");
        await page.Find(".error-list a").First.ClickAsync();
        await page.SeeAsync(".error-side", "lookup_malformed");
        await page.SeeAsync(".error-side", "api.php");
        await page.LookAsync("journey-broken");
    }

    private static async Task ReplayAsync(HeadlessBrowser browser, Uri console, int failed)
    {
        await using var page = await browser.OpenAsync(console, $"#/errors?stage={Stage}");
        await page.Find("button:has-text('Replay all')").ClickAsync();
        await page.SeeAsync("dialog", $"{failed} events would go through their stage again, in this order");
        await page.LookAsync("journey-plan");
        await page.Find("dialog button.primary").ClickAsync();
        await page.SeeAsync("dialog .state", "resolved");
        await CountAsync(page, "resolved", failed);
        await page.GoAsync($"#/stage/{Stage}");
        await page.SeeAsync("h1", Stage);
        await page.SeeAsync(".figures", "Lag");
        await page.SeeAsync("main", "asked for by the lag");
        await page.LookAsync("journey-lag-and-scale");
    }

    private MillraceProcess Dev(params string[] options) => created.Start(["dev", "--port", "0", "--allow-changes", "--data", "journey", "--rate", "10", .. options]);

    private static async Task<Uri> AddressAsync(MillraceProcess dev) => new((await dev.SaysAsync("The console is at ")).Split(' ')[^1].TrimEnd('.'));

    // As the page asks, and as often as one looks.
    private static async Task CountAsync(ConsolePage page, string state, int least) => Assert.True(
        await page.Page.EvaluateAsync<int>($$"""
            async () => {
              let count = 0;
              for (let turn = 0; turn < 120 && count < {{least}}; turn++) {
                await new Promise((done) => setTimeout(done, 500));
                count = (await (await fetch("api/errors?stage={{Stage}}&state={{state}}")).json()).matching;
              }
              return count;
            }
            """) >= least,
        $"Fewer than {least} error events of {Stage} are {state}.");

    // Where the inputs of a stage's error events stand, in that order, as (partition, offset).
    private async Task<List<(int Partition, long Offset)>> FailedAsync(string state)
    {
        using var broker = created.Start("broker", "--data", "journey", "--port", "0");
        var address = await BrokerAsync(broker);
        var listed = (await created.MillraceAsync("errors", "list", "--stage", Stage, "--state", state, "--count", "10000", "--kafka", address, "--json")).Good();
        await broker.SignalAsync("TERM");
        await broker.EndAsync();
        return [.. JsonElement.Parse(listed.Output).GetProperty("events").EnumerateArray().Select(failed => Position(failed.GetProperty("source").GetString()!)).Order()];
    }

    private async Task ReplayedInOrderAsync(List<(int Partition, long Offset)> failed)
    {
        using var broker = created.Start("broker", "--data", "journey", "--port", "0");
        var address = await BrokerAsync(broker);
        var read = (await created.MillraceAsync("tail", Output, "--from", "earliest", "--no-follow", "--kafka", address, "--json")).Good();
        await broker.SignalAsync("TERM");
        await broker.EndAsync();
        var replayed = read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .SelectMany(record => record.GetProperty("headers").EnumerateArray().Where(header => header.GetProperty("name").GetString() == "millrace-replay")
                .Select(header => (From: Position(header.GetProperty("value").GetString()!), To: (record.GetProperty("partition").GetInt32(), record.GetProperty("offset").GetInt64()))))
            .OrderBy(output => output.To).ToList();

        Assert.Equal(failed, replayed.Select(output => output.From).Order());
        Assert.All(replayed.GroupBy(output => (output.From.Partition, output.To.Item1)), lane => Assert.Equal(lane.Select(output => output.From).Order(), lane.Select(output => output.From)));
    }

    private static async Task<string> BrokerAsync(MillraceProcess broker) =>
        (await broker.SaysAsync("127.0.0.1:")).Split(' ').First(word => word.StartsWith("127.0.0.1:", StringComparison.Ordinal)).TrimEnd('.', ',', ';');

    private static (int Partition, long Offset) Position(string text)
    {
        var parts = text.Split('/');
        return (int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
    }
}
