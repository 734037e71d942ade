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
    ];
}
