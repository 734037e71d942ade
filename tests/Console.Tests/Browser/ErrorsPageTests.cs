using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class ErrorsPageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task Errors_are_listed_and_counted_by_kind()
    {
        await using var page = await browsers.OpenAsync("#/errors");
        await page.SeeAsync(".types", "malformed_json");
        await page.SeeAsync(".error-tools [role=status]", "events");
        await page.LookAsync("errors");
    }

    [BrowserFact]
    public async Task A_search_stands_in_the_address_and_comes_back_from_it()
    {
        await using var page = await browsers.OpenAsync("#/errors");
        await page.SeeAsync(".error-list", "malformed_json");
        await page.Page.GetByLabel("Text").FillAsync("onerror=alert(2)");
        await Expect(page.Find(".error-list > li")).ToHaveCountAsync(1);
        await page.Page.GetByLabel("Time").SelectOptionAsync("-1h");
        await page.WhenAsync("() => location.hash.includes('from=-1h')");
        var shared = page.Page.Url;
        Assert.Contains("text=onerror%3Dalert%282%29", shared, StringComparison.Ordinal);

        await using var other = await browsers.OpenAsync(new Uri(shared).Fragment);
        await Expect(other.Find(".error-list > li")).ToHaveCountAsync(1);
        await Expect(other.Page.GetByLabel("Text")).ToHaveValueAsync("onerror=alert(2)");
    }

    [BrowserFact]
    public async Task A_kind_narrows_the_search()
    {
        await using var page = await browsers.OpenAsync("#/errors");
        await page.Find(".type:has-text('malformed_json')").ClickAsync();
        await page.SeeAsync(".type[aria-pressed=true]", "malformed_json");
        await Expect(page.Find(".error-list > li:not(:has-text('malformed_json'))")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task An_error_shows_what_failed_where_the_event_and_its_way()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=onerror%3Dalert(2)");
        await page.Find(".error-list a").ClickAsync();
        await page.SeeAsync(".error-side .facts", HostileEvents.Stream);
        await page.SeeAsync(".error-side .code", "/<img src=x onerror=alert(2)>/1.0.0");
        await page.LookAsync("error");
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Tab, new() { Name = "Where it went" }).ClickAsync();
        await page.SeeAsync(".trace", "PageChange.error");
        await page.LookAsync("error-trace");
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Tab, new() { Name = "Stack" }).ClickAsync();
        await page.SeeAsync(".error-side [role=tabpanel]", "");
        await page.Page.GetByLabel("Close the error").ClickAsync();
        await Expect(page.Find(".error-side")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task An_address_that_names_an_error_opens_it()
    {
        await using var page = await browsers.OpenAsync("#/errors?open=PageChange.error%2F0%2F999999", isRefused: true);
        await page.SeeAsync(".error-side .note-box", "PageChange.error/0/999999");
    }
}
