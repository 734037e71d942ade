using Millrace.Tests;

namespace Millrace.Console.Tests;

/// <summary>What is seen in a real browser; skipped, and said so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.Missing;

    /// <summary>The browser.</summary>
    internal static DebianProgram Chromium { get; } = new("chromium", "--version", "usr/lib/chromium/chromium");
}
