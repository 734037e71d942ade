using Millrace.Local;
using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(BrowserTests.Name)]
public sealed class SignInPageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task A_console_with_a_token_asks_for_it_first_and_can_be_left()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { Token = ObservedConsole.Token });
        await using var page = await browsers.OpenAsync("#/", address: console.Server.Address, isRefused: true);
        await page.SeeAsync("h1", "Sign in");
        await page.LookAsync("sign-in");
        await page.Page.GetByLabel("Token").FillAsync("not the token of this console");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync("[role=alert].note-box", "not the token");
        await page.Page.GetByLabel("Token").FillAsync(ObservedConsole.Token);
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SeeAsync("[data-name=PageChange] .state", "idle");
        await page.Find("text=Sign out").ClickAsync();
        await page.SeeAsync("h1", "Sign in");
        await Expect(page.Find(".card")).ToHaveCountAsync(0);
    }
}
