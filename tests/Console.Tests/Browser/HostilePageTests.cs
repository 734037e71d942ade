using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class HostilePageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task Markup_in_events_is_text_wherever_it_is_shown()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=owned");
        await page.Find(".error-list a").First.ClickAsync();
        await page.SeeAsync(".error-side .code", "<script>document.title='owned'</script><img src=x onerror=alert(1)>");
        await page.SeeAsync(".error-side .code .odd", "U+2028");
        await Expect(page.Find("main script, main img, main iframe, main style")).ToHaveCountAsync(0);
        Assert.Equal("Errors · Millrace", await page.Page.TitleAsync());
        await page.LookAsync("hostile-error");
    }

    [BrowserFact]
    public async Task Numbers_keep_their_digits()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=owned");
        await page.Find(".error-list a").First.ClickAsync();
        await page.SeeAsync(".error-side .code", $"\"rev_len\": {HostileEvents.MostDigits}");
        await page.Page.Keyboard.PressAsync("e");
        Assert.Contains($"\"rev_len\": {HostileEvents.MostDigits}", await page.Find("textarea").InputValueAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Words_without_an_end_break_no_layout()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=WWWWWWWW");
        await page.Find(".error-list a").First.ClickAsync();
        await page.SeeAsync(".error-side", "WWWW");
        await page.LookAsync("hostile-words");
    }

    [BrowserFact]
    public async Task Bytes_that_are_no_text_are_shown()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=base64");
        await page.Find(".error-list a").First.ClickAsync();
        await page.SeeAsync(".error-side .code", "base64,");
    }

    [BrowserFact]
    public async Task An_address_that_somebody_made_up_runs_nothing()
    {
        await using var page = await browsers.OpenAsync("#/", isRefused: true);
        foreach (var hash in (string[])
        [
            "#/stage/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
            "#/stream/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "#/trace/%E2%80%AE%3Csvg%20onload%3Dalert(1)%3E",
            "#/errors?stage=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&open=%3Csvg%20onload%3Dalert(1)%3E",
            "#/constructor",
            "#/%E0%A4%A/__proto__?__proto__=1",
        ])
        {
            await page.GoAsync(hash);
            await Expect(page.Find("main .note-box[data-tone=bad], main .empty, main .bad-text").First).Not.ToBeEmptyAsync();
            await Expect(page.Find("main img, main script, main svg[onload], main .card")).ToHaveCountAsync(0);
        }
    }
}
