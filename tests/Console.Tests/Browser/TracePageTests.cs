namespace Millrace.Console.Tests;

[Collection(ChangingBrowserTests.Name)]
public sealed class TracePageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task An_event_is_followed_through_the_stages_from_its_id()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.SeeAsync("[data-name=PageContentChange]", "settled");
        await page.Page.Keyboard.PressAsync("/");
        await page.Page.Keyboard.TypeAsync("sample-1-1001-0");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync(".trace-event[aria-current]", "mediawiki.page-create");
        await page.SeeAsync(".trace", "PageContentChange");
        await page.SeeAsync(".trace", "mediawiki.page_content_change.v1");
        await page.LookAsync("trace");
    }

    [BrowserFact]
    public async Task An_event_that_is_nowhere_is_told_of()
    {
        await using var page = await browsers.OpenAsync("#/trace/no-such-event");
        await page.SeeAsync(".empty", "No event with the id no-such-event was found.");
    }
}
