namespace Millrace.Console.Tests;

/// <summary>One browser and one running platform for the tests of the pages.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Browsers>
{
    public const string Name = "browser";
}

/// <summary>Others, for those of the pages on which one follows, sends and replays events, which wait for stages: beside those that look.</summary>
[CollectionDefinition(Name)]
public sealed class ChangingBrowserTests : ICollectionFixture<Browsers>
{
    public const string Name = "browser that changes";
}

/// <summary>A browser without a window, and a <c>millrace dev</c> for it to look at.</summary>
public sealed class Browsers : IAsyncLifetime
{
    private HeadlessBrowser? _browser;
    private RunningDev? _dev;

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.Chromium.Missing is not null)
        {
            return;
        }

        var dev = RunningDev.StartAsync();
        _browser = await HeadlessBrowser.StartAsync();
        _dev = await dev;
    }

    /// <summary>Opens a page of the console, which fails at its end if anything in it did.</summary>
    /// <param name="hash">The view.</param>
    /// <param name="address">The console; null is that of the running platform.</param>
    /// <param name="isRefused">Whether the server is to refuse something.</param>
    internal Task<ConsolePage> OpenAsync(string hash, Uri? address = null, bool isRefused = false) => _browser!.OpenAsync(address ?? _dev!.Address, hash, isRefused);

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_dev is not null)
        {
            await _dev.DisposeAsync();
        }
    }
}
