using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class ThemeTests(Browsers browsers)
{
    private const string Paper = "() => getComputedStyle(document.body).backgroundColor";

    [BrowserFact]
    public async Task Colours_follow_the_machine_until_one_chooses()
    {
        await using var page = await browsers.OpenAsync("#/");
        var light = await page.Page.EvaluateAsync<string>(Paper);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        var dark = await page.Page.EvaluateAsync<string>(Paper);
        Assert.NotEqual(light, dark);

        await page.Find("#theme").ClickAsync();
        await Expect(page.Find("#theme")).ToHaveAttributeAsync("aria-label", "Colours: light");
        Assert.Equal(light, await page.Page.EvaluateAsync<string>(Paper));
        await page.Page.ReloadAsync();
        await Expect(page.Find("#theme")).ToHaveAttributeAsync("aria-label", "Colours: light");
        Assert.Equal(light, await page.Page.EvaluateAsync<string>(Paper));
    }
}
