using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class StagePageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task A_stage_shows_where_it_stands_how_it_is_set_and_how_it_would_scale()
    {
        await using var page = await browsers.OpenAsync("#/stage/PageContentChange");
        await page.SeeAsync("h1", "PageContentChange");
        await Expect(page.Find("table:has(caption:text-is('Where the stage stands in each partition')) tbody tr")).Not.ToHaveCountAsync(0);
        await page.SeeAsync("table:has(caption:text-is('Options')) tr:has-text('concurrency')", "catalog");
        await page.SeeAsync("table:has(caption:text-is('Settings')) tr:has-text('apiTemplate')", "api.php");
        await page.SeeAsync("table:has(caption:text-is('What each topic asks for'))", "mediawiki.page_change.v1");
        await page.SeeAsync(".figures div:has-text('Latency')", "p99");
        await page.WhenAsync("() => [...document.querySelectorAll('.series')].every((line) => line.getAttribute('d') !== '')");
        await page.LookAsync("stage");
    }

    [BrowserFact]
    public async Task A_stage_leads_to_its_streams_and_errors()
    {
        await using var page = await browsers.OpenAsync("#/stage/PageContentChange");
        await Expect(page.Find(".head a[href='#/stream/mediawiki.page_content_change.v1']")).ToBeVisibleAsync();
        await page.Find(".head a[href='#/stream/mediawiki.page_change.v1']").ClickAsync();
        await page.SeeAsync("h1", "mediawiki.page_change.v1");
    }

    [BrowserFact]
    public async Task A_stage_that_is_none_is_told_of_with_those_that_there_are()
    {
        await using var page = await browsers.OpenAsync("#/stage/NoSuchStage", isRefused: true);
        await page.SeeAsync(".note-box[data-tone=bad]", "PageContentChange");
    }
}
