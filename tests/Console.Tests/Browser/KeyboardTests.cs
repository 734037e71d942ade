using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class KeyboardTests(Browsers browsers)
{
    [BrowserFact]
    public async Task The_first_stop_leads_past_the_bar()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.SeeAsync("[data-name=PageChange]", "settled");
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Find("#skip")).ToBeFocusedAsync();
        await Expect(page.Find("#skip")).ToBeInViewportAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Find("#main")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task A_stage_is_found_by_the_search_field_alone()
    {
        await using var page = await browsers.OpenAsync("#/");
        await page.SeeAsync("[data-name=PageChange]", "settled");
        await page.Page.Keyboard.PressAsync("/");
        await Expect(page.Find("#go-to")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("content");
        await page.SeeAsync("[role=listbox] [aria-selected=true]", "PageContentChange");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.SeeAsync("[role=listbox] [aria-selected=true]", "page_content_change");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync("h1", "PageContentChange");
        await Expect(page.Find("h1")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task The_keys_are_shown_and_closed()
    {
        await using var page = await browsers.OpenAsync("#/errors");
        await page.SeeAsync(".error-list", "PageChange");
        await page.Page.Keyboard.PressAsync("?");
        await page.SeeAsync("dialog[open]", "go to the next error");
        await page.LookAsync("keys");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Find("dialog")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Errors_are_gone_through_opened_selected_and_closed()
    {
        await using var page = await browsers.OpenAsync("#/errors");
        await page.SeeAsync(".error-list", "malformed_json");
        await page.Page.Keyboard.PressAsync("j");
        await page.Page.Keyboard.PressAsync("j");
        await Expect(page.Find(".error-list > li >> nth=1 >> css=a")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("k");
        await Expect(page.Find(".error-list > li >> nth=0 >> css=a")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("x");
        await Expect(page.Find(".error-list > li >> nth=0 >> css=input")).ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync(".error-side", "Failed");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Find(".error-side")).ToBeHiddenAsync();
        await Expect(page.Find(".error-list > li >> nth=0 >> css=a")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task A_range_is_selected_with_shift()
    {
        await using var page = await browsers.OpenAsync("#/errors");
        await page.SeeAsync(".error-list", "malformed_json");
        await page.Find(".error-list > li >> nth=0 >> css=input").ClickAsync();
        await page.Find(".error-list > li >> nth=2 >> css=input").ClickAsync(new() { Modifiers = [Microsoft.Playwright.KeyboardModifier.Shift] });
        await page.SeeAsync(".error-tools", "Replay 3 selected events");
    }

    [BrowserFact]
    public async Task Tabs_are_one_stop_with_arrows_between_them()
    {
        await using var page = await browsers.OpenAsync("#/stream/mediawiki.page_change.v1");
        await page.Find("[role=tab]").First.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Find("[role=tab][aria-selected=true]")).ToHaveTextAsync("Schemas");
        Assert.EndsWith("?tab=schemas", page.Page.Url, StringComparison.Ordinal);
        await Expect(page.Find("[role=tab][tabindex='0']")).ToHaveCountAsync(1);
    }
}
