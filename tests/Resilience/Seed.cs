using System.Globalization;

namespace Millrace.Resilience;

/// <summary>The seed of a run: <c>MILLRACE_SEED</c>, or any, and then printed.</summary>
internal static class Seed
{
    /// <summary>A seed, which the test prints.</summary>
    public static int Take(Action<string> print)
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        print($"MILLRACE_SEED={seed}");
        return seed;
    }

    /// <summary>Chance that can be repeated.</summary>
    public static Random New(ITestOutputHelper output) => new(Take(output.WriteLine));
}
