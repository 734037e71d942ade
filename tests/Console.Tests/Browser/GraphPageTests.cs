using Millrace.Local;
using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class GraphPageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task Streams_and_stages_stand_in_columns_with_what_they_do()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.SeeAsync("[data-name=PageChange] .state", "working");
        await Expect(page.Find(".graph-column")).ToHaveCountAsync(5);
        await page.WhenAsync("() => [...document.querySelectorAll('.edge-rate')].some((label) => /^[0-9.]+\\/s$/.test(label.textContent))");
        await page.WhenAsync("() => document.querySelector('.spark-line').getAttribute('d') !== ''");
        await page.SeeAsync("[data-name=PageChange] a.card-errors", "errors");
        await page.LookAsync("graph");
    }

    [BrowserFact]
    public async Task Numbers_move_while_one_looks()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.SeeAsync("[data-name='mediawiki.page_change.v1']", "events");
        var before = await page.Find("[data-name='mediawiki.page_change.v1'] .card-flow").InnerTextAsync();
        await Expect(page.Find("[data-name='mediawiki.page_change.v1'] .card-flow")).Not.ToHaveTextAsync(before);
    }

    [BrowserFact]
    public async Task No_card_and_no_rate_stands_on_another()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.WhenAsync("() => [...document.querySelectorAll('.edge-rate')].some((label) => label.textContent !== '')");
        Assert.Empty(await page.Page.EvaluateAsync<string[]>("""
            () => {
              const all = [...document.querySelectorAll(".card, .edge-rate")].filter((one) => one.textContent !== "").map((one) => ({ one, box: one.getBoundingClientRect() }));
              const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
              return all.flatMap((a, place) => all.slice(place + 1).filter((b) => meets(a.box, b.box)).map((b) => `${a.one.textContent} meets ${b.one.textContent}`));
            }
            """));
    }

    [BrowserFact]
    public async Task Errors_of_a_stage_lead_to_those_errors()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.Find("[data-name=PageChange] a.card-errors").ClickAsync();
        await page.SeeAsync(".error-list", "PageChange");
        Assert.EndsWith("#/errors?stage=PageChange", page.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_cluster_that_does_not_answer_is_told_of_and_what_to_do()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions());
        await using var page = await browsers.OpenAsync("#/", address: console.Server.Address);
        await page.SeeAsync("[data-name=PageChange] .state", "idle");
        await console.Cluster.Broker.DownAsync();
        await page.SeeAsync("#banner", "The cluster does not answer.");
        await page.SeeAsync("#banner", "millrace doctor");
        await page.SeeAsync("[data-name=PageChange] .state", "unknown");
        await page.LookAsync("graph-away");
        console.Cluster.Broker.Up();
        await Expect(page.Find("#banner")).ToBeEmptyAsync();
    }
}
