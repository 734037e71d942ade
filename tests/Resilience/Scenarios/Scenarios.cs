namespace Millrace.Resilience;

/// <summary>All scenarios.</summary>
internal static class Scenarios
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        Kills.Worker,
        Zombies.Resume,
        Membership.Eager, Membership.Cooperative, Scaling.Burst,
        BrokerFaults.Killed, BrokerFaults.Away, BrokerFaults.Broken, BrokerFaults.Refusing, BrokerFaults.Coordinator,
        LookupFaults.Wrong, LookupFaults.Away,
        Poison.Places, Poison.NoErrorTopic, Poison.StrictErrorTopic,
        HostHabits.Rewound, HostHabits.Twice, HostHabits.TwiceAtOnce, HostHabits.TwiceInOne, HostHabits.HalvesAtOnce,
        Resources.FullDisk, Resources.LittleMemory,
        Stores.PostgresWorkers, Stores.PostgresCrashes, Stores.PostgresPoison, Stores.PostgresFull,
        Stores.LakeWorkers, Stores.LakePoison, Stores.LakeFull,
        Stores.HttpWorkers, Stores.HttpAway, Stores.HttpPoison,
    ];

    /// <summary>Those that fill a disk, which not every machine lets them have.</summary>
    public static readonly IReadOnlyList<Scenario> WithDisk = [Resources.FullDisk, Stores.PostgresFull, Stores.LakeFull];

    /// <summary>Those that need a PostgreSQL, which not every machine can get.</summary>
    public static readonly IReadOnlyList<Scenario> WithPostgres = [Stores.PostgresWorkers, Stores.PostgresCrashes, Stores.PostgresPoison, Stores.PostgresFull];
}
