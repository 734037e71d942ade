namespace Millrace.Broker.Groups;

/// <summary>The limits of groups; the defaults are lenient where Kafka's are strict, for tests and laptops.</summary>
internal sealed record GroupOptions
{
    /// <summary>How long a group that was empty waits for more members before its first generation; zero or more. Kafka's default is three seconds.</summary>
    public TimeSpan InitialRebalanceDelay { get; init; } = TimeSpan.Zero;

    /// <summary>The shortest session timeout that a member may ask for.</summary>
    public TimeSpan MinSessionTimeout { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest session timeout that a member may ask for.</summary>
    public TimeSpan MaxSessionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many members a group may have.</summary>
    public int MaxMembers { get; init; } = 1_000;

    /// <summary>How many groups there may be.</summary>
    public int MaxGroups { get; init; } = 10_000;

    /// <summary>How long the offsets of a group without members are kept; null is for ever. Kafka's default is seven days.</summary>
    public TimeSpan? OffsetRetention { get; init; }
}
