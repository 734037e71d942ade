using Microsoft.Playwright;

namespace Millrace.Console.Tests;

/// <summary>The browser, without a window.</summary>
internal sealed class HeadlessBrowser : IAsyncDisposable
{
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private HeadlessBrowser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts it; there has to be one (<see cref="BrowserFactAttribute"/>).</summary>
    public static async Task<HeadlessBrowser> StartAsync()
    {
        var chromium = BrowserFactAttribute.Chromium.Start();
        var playwright = await Playwright.CreateAsync();
        return new HeadlessBrowser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium.FileName,
            Env = chromium.Environment.Where(variable => variable.Value is not null).Select(variable => KeyValuePair.Create(variable.Key, variable.Value!)),
            Args = Arguments,
        }));
    }

    /// <summary>Opens a page of a console, which fails at its end if anything in it did.</summary>
    /// <param name="address">The console.</param>
    /// <param name="hash">The view.</param>
    /// <param name="isRefused">Whether the server is to refuse something.</param>
    public Task<ConsolePage> OpenAsync(Uri address, string hash, bool isRefused = false) => ConsolePage.OpenAsync(_browser, address, hash, isRefused);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
