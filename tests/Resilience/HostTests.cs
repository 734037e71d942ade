namespace Millrace.Resilience;

/// <summary>A host that commits late, or calls for a batch more than once.</summary>
public sealed class HostTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_host_whose_group_is_rewound_finds_everything_done() => Brief.RunAsync(output, HostHabits.Rewound);

    [Fact]
    public Task A_host_may_call_for_a_batch_twice() => Brief.RunAsync(output, HostHabits.Twice);

    [Fact]
    public Task A_host_may_call_for_a_batch_twice_at_once() => Brief.RunAsync(output, HostHabits.TwiceAtOnce);

    [Fact]
    public Task A_host_may_give_a_batch_that_has_every_record_twice() => Brief.RunAsync(output, HostHabits.TwiceInOne);

    [Fact]
    public Task A_host_may_call_for_two_batches_of_a_partition_at_once() => Brief.RunAsync(output, HostHabits.HalvesAtOnce);

    [Fact]
    public async Task A_stage_that_delivers_at_least_once_is_found_out()
    {
        var run = new Run(Seed.Take(output.WriteLine), size: 1, output.WriteLine);

        var verdict = await HostHabits.AtLeastOnce.RunAsync(run);

        Assert.Equal((0, 0, 0, 0), (verdict.Lost, verdict.Reordered, verdict.Wrong, verdict.Early));
        Assert.True(verdict.Duplicates > 0, "A batch that is done twice was not found.");
    }
}
