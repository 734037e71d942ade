using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Millrace.Console.Tests;

/// <summary>A page of the console in the browser, and everything in it that must not happen.</summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    // No test is about how long something takes; this is only so that one that waits in vain ends.
    private const float Patience = 60_000;

    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "pictures");

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();

    private ConsolePage(IBrowserContext context, IPage page, Uri address, bool isRefused)
    {
        (_context, Page, Address) = (context, page, address);
        page.Dialog += async (_, dialog) =>
        {
            _faults.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.PageError += (_, error) => _faults.Enqueue($"script: {error}");
        page.Console += (_, message) =>
        {
            // Refusals that a test is about are noted by the browser, too.
            if (message.Type is "error" or "warning" && !(isRefused && message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)))
            {
                _faults.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != address.Authority)
            {
                _faults.Enqueue($"request to {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public Uri Address { get; }

    public static async Task<ConsolePage> OpenAsync(IBrowser browser, Uri address, string hash, bool isRefused)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = Size(1280), ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(Patience);
        var opened = new ConsolePage(context, await context.NewPageAsync(), address, isRefused);
        await opened.GoAsync(hash);
        return opened;
    }

    /// <summary>Whether something has happened that must not, of which this is told.</summary>
    public bool HasFault(string text) => _faults.Any(fault => fault.Contains(text, StringComparison.Ordinal));

    /// <summary>Forgives what has happened.</summary>
    public void ForgetFaults() => _faults.Clear();

    /// <summary>What is wrong with the page as it is.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync() => await Page.EvaluateAsync<string[]>(PageChecks.Script);

    /// <summary>Shows another view, as a link does.</summary>
    public async Task GoAsync(string hash) => await Page.GotoAsync(new Uri(Address, hash).ToString());

    /// <summary>What a selector finds.</summary>
    public ILocator Find(string selector) => Page.Locator(selector);

    /// <summary>Waits until an element has a text.</summary>
    public async Task SeeAsync(string selector, string text) => await Assertions.Expect(Page.Locator(selector).First).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = Patience });

    /// <summary>Waits until an expression of JavaScript is true.</summary>
    public async Task WhenAsync(string expression) => await Page.WaitForFunctionAsync(expression);

    /// <summary>Takes a picture of the page at both widths, in light and dark, and checks each.</summary>
    public async Task LookAsync(string name)
    {
        foreach (var width in (int[])[1280, 400])
        {
            var size = Size(width);
            await Page.SetViewportSizeAsync(size.Width, size.Height);
            foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
                Assert.Empty(await CheckAsync());
                await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = width == 400 && scheme == ColorScheme.Light });
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.Empty(_faults);
    }

    private static ViewportSize Size(int width) => new() { Width = width, Height = 800 };
}
