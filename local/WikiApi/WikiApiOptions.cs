namespace Millrace.Local;

/// <summary>How the stand-in of the wiki's API behaves from the start.</summary>
public sealed class WikiApiOptions
{
    /// <summary>The port on 127.0.0.1; 0 is one that is free.</summary>
    public int Port { get; init; }

    /// <summary>What the draws of <see cref="WikiFaults"/> and of latencies depend on.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long every answer takes at least.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How much longer an answer takes at most; drawn per wiki, revision and request.</summary>
    public TimeSpan LatencyJitter { get; init; }

    /// <summary>What <see cref="WikiAnswer.TooManyRequests"/> asks clients to wait, in whole seconds.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much content <see cref="WikiAnswer.Huge"/> has, in bytes; a little more than that, to end with a whole text.</summary>
    public long HugeBytes { get; init; } = 40L * 1024 * 1024;

    internal void Check()
    {
        Require(Port is >= 0 and <= 65_535, nameof(Port), Port, "0 to 65535");
        Require(Latency >= TimeSpan.Zero, nameof(Latency), Latency, "zero or more");
        Require(LatencyJitter >= TimeSpan.Zero, nameof(LatencyJitter), LatencyJitter, "zero or more");
        Require(RetryAfter >= TimeSpan.Zero, nameof(RetryAfter), RetryAfter, "zero or more");
        Require(HugeBytes > 0, nameof(HugeBytes), HugeBytes, "more than zero");
    }

    private static void Require(bool holds, string key, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(WikiApiOptions)}: {key} is '{value}'. It must be {allowed}.");
        }
    }
}
