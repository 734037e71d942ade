using System.Globalization;
using Millrace.Local;
using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(ChangingBrowserTests.Name)]
public sealed class StreamPageTests(Browsers browsers)
{
    private const string Address = "#/stream/mediawiki.page_change.v1";

    [BrowserFact]
    public async Task Events_are_shown_as_they_come_and_opened()
    {
        await using var page = await browsers.OpenAsync(Address);
        await page.SeeAsync(".tail li", "page_change_kind");
        var seen = await page.Find(".tail li").CountAsync();
        await page.WhenAsync(string.Create(CultureInfo.InvariantCulture, $"() => document.querySelectorAll('.tail li').length > {seen}"));
        await page.Find("#pause").ClickAsync();
        await page.Find(".tail summary").First.ClickAsync();
        await page.SeeAsync(".tail-body .code", "\"$schema\": \"/mediawiki/page/change/");
        await page.SeeAsync(".tail-body .facts", "mediawiki.page_change.v1/");
        await page.LookAsync("stream-tail");
    }

    [BrowserFact]
    public async Task Letters_of_all_scripts_are_shown_as_letters()
    {
        await using var page = await browsers.OpenAsync(Address);
        await page.SeeAsync(".tail:has-text('水車')", "page_title\":\"水車");
    }

    [BrowserFact]
    public async Task A_paused_tail_keeps_still_and_counts_what_comes()
    {
        await using var page = await browsers.OpenAsync(Address);
        await page.SeeAsync(".tail li", "page_change_kind");
        await page.Page.Keyboard.PressAsync("p");
        var first = await page.Find(".tail li").First.InnerTextAsync();
        await page.WhenAsync("() => /Paused; [1-9][0-9]* new/.test(document.querySelector('.panel [role=status]').textContent)");
        Assert.Equal(first, await page.Find(".tail li").First.InnerTextAsync());
        await page.Page.Keyboard.PressAsync("p");
        await Expect(page.Find(".tail li").First).Not.ToHaveTextAsync(first);
    }

    [BrowserFact]
    public async Task A_filter_leaves_only_what_it_says()
    {
        await using var page = await browsers.OpenAsync(Address);
        await page.Page.GetByLabel("Filter, PATH:VALUE").FillAsync("wiki_id:racewiki");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync(".tail li", "racewiki");
        await Expect(page.Find(".tail li:not(:has-text('racewiki'))")).ToHaveCountAsync(0);
        await page.Page.GetByLabel("Filter, PATH:VALUE").FillAsync("nonsense");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync(".note-box[data-tone=bad]", "allowed is PATH:VALUE");
    }

    [BrowserFact]
    public async Task Schemas_and_tables_are_shown()
    {
        await using var page = await browsers.OpenAsync($"{Address}?tab=schemas");
        await page.SeeAsync(".code", "\"title\": \"mediawiki/page/change\"");
        await page.LookAsync("stream-schema");
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Tab, new() { Name = "Tables" }).ClickAsync();
        await page.SeeAsync(".code", "CREATE TABLE");
        await page.Page.GetByLabel("Dialect").SelectOptionAsync("flink");
        await page.SeeAsync(".code", "'connector'");
        await page.LookAsync("stream-table");
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Tab, new() { Name = "Partitions" }).ClickAsync();
        await page.SeeAsync("table", "mediawiki.page_change.v1");
        await page.LookAsync("stream-partitions");
    }

    [BrowserFact]
    public async Task An_event_is_checked_as_one_types_and_sent_and_followed()
    {
        await using var page = await browsers.OpenAsync($"#/stream/{HostileEvents.Stream}?tab=send");
        var area = page.Find("textarea");
        await area.FillAsync("{ \"page_id\": ");
        await page.SeeAsync(".checked [role=status]", "1 problem");
        await Expect(page.Find("button:text-is('Send')")).ToBeDisabledAsync();
        await area.FillAsync(HostileEvents.Valid());
        await page.SeeAsync(".checked [role=status]", "Valid");
        await area.FillAsync(HostileEvents.Valid().Replace("\"page_id\":", "\"page_id\":\"x\",\"was\":", StringComparison.Ordinal));
        await page.SeeAsync(".problems", "page_id");
        await page.LookAsync("stream-send-invalid");
        await area.FillAsync(HostileEvents.Valid());
        await page.Find("button:text-is('Send')").ClickAsync();
        await page.SeeAsync(".note-box[data-tone=good] >> nth=1", "Sent to");
        await page.LookAsync("stream-send");
        await page.Find("text=See where it goes").ClickAsync();
        await page.SeeAsync(".trace-event[aria-current]", HostileEvents.Stream);
    }

    [BrowserFact]
    public async Task A_console_that_only_reads_checks_events_and_says_how_to_send_them()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions());
        await using var page = await browsers.OpenAsync($"#/stream/{HostileEvents.Stream}?tab=send", address: console.Server.Address);
        await page.Find("textarea").FillAsync(HostileEvents.Valid());
        await page.SeeAsync(".checked [role=status]", "Valid");
        await Expect(page.Find("button:text-is('Send')")).ToBeDisabledAsync();
        await page.SeeAsync(".note-box[data-tone=warn]", "--allow-changes");
        await page.GoAsync("#/errors");
        await page.SeeAsync(".error-tools", "--allow-changes");
    }
}
