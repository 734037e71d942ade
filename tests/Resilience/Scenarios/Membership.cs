namespace Millrace.Resilience;

/// <summary>Members come and go all the time, in good order or not.</summary>
internal static class Membership
{
    public static readonly Scenario Eager = Churning("range");

    public static readonly Scenario Cooperative = Churning("cooperative-sticky");

    private static Scenario Churning(string strategy) => new($"members join and leave, {strategy}", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        var setting = ("FunctionsHost__PartitionAssignmentStrategy", strategy);
        var members = new List<ChildProcess> { bed.StartWorker(setting) };
        for (var change = 0; change < 6 * run.Size; change++)
        {
            await bed.ProgressAsync(run.Random.Next(20, 150));
            if (members.Count < 2 || (members.Count < 4 && run.Random.Next(2) == 0))
            {
                members.Add(bed.StartWorker(setting));
                run.Note($"a member joins {members.Count - 1}");
                continue;
            }

            var leaving = members[run.Random.Next(members.Count)];
            members.Remove(leaving);
            if (run.Random.Next(2) == 0)
            {
                await leaving.TerminateAsync();
                run.Note($"a member leaves {members.Count}");
            }
            else
            {
                await leaving.KillAsync();
                run.Killed("a member is killed");
            }
        }

        return await run.JudgeAsync(bed);
    });
}
