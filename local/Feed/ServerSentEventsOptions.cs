namespace Millrace.Local;

/// <summary>How a live stream is followed.</summary>
public sealed class ServerSentEventsOptions
{
    /// <summary>The pause before the first reconnection; it doubles with each further one in vain, and is jittered. The server may set another (<c>retry</c>).</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, unless the server asks for a longer one.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause that a server may ask for; what it asks beyond that is cut.</summary>
    public TimeSpan MaxAskedDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may say nothing, heartbeats included, before it is taken for dead.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest event that is accepted, in bytes of the stream.</summary>
    public int MaxEventBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>What the jitter depends on.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The <c>User-Agent</c> of the requests.</summary>
    public string UserAgent { get; init; } = "Millrace/0.1";

    internal void Check()
    {
        Require(BaseDelay > TimeSpan.Zero, nameof(BaseDelay), BaseDelay, "more than zero");
        Require(MaxDelay >= BaseDelay, nameof(MaxDelay), MaxDelay, $"at least {nameof(BaseDelay)}, {BaseDelay}");
        Require(MaxAskedDelay >= TimeSpan.Zero, nameof(MaxAskedDelay), MaxAskedDelay, "zero or more");
        Require(IdleTimeout > TimeSpan.Zero, nameof(IdleTimeout), IdleTimeout, "more than zero");
        Require(MaxEventBytes > 0, nameof(MaxEventBytes), MaxEventBytes, "more than zero");
    }

    private static void Require(bool holds, string key, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(ServerSentEventsOptions)}: {key} is '{value}'. It must be {allowed}.");
        }
    }
}
