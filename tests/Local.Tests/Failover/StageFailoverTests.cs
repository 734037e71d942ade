namespace Millrace.Local.Tests;

public sealed class StageFailoverTests
{
    private const string Double = """{ "mode": "active-active", "compute": "double" }""";

    [Fact]
    public async Task Between_mirrored_clusters_the_checkpoint_goes_over_by_time_less_the_overlap_for_both_groups()
    {
        await using var two = await MirroredAsync();

        await two.FailOverAsync();

        // Eqiad has settled the records until second 40, and second 30 is ten before: it stands at 3 in codfw.
        Assert.Equal((3, 3), (two.StartedAt, two.StartedTriggerAt));
        Assert.Equal(["pause"], two.Eqiad.Orders);
        Assert.Equal(["resume"], two.Codfw.Orders);
        Assert.Contains(two.Said, said => said.Contains("about 2 events are worked on again", StringComparison.Ordinal));
        Assert.Contains("codfw: has no lag", two.Said);
        Assert.Empty(two.Log.Left);
    }

    [Fact]
    public async Task Times_that_jump_lose_nothing()
    {
        await using var two = new TwoClusters();
        var (source, copies) = (await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 50, 90, 10, 60, 20), await TwoClusters.WriteAsync(two.Codfw, TwoClusters.Topic, 50, 90, 10, 60, 20));
        two.Commit(two.Eqiad, "Test.checkpoint", TwoClusters.Topic, source[3]);

        await two.FailOverAsync();

        Assert.True(two.StartedAt <= copies[3], $"It began at {two.StartedAt}, and the first record that nobody had settled stands at {copies[3]}.");
    }

    [Fact]
    public async Task What_is_not_mirrored_yet_is_not_passed_over()
    {
        await using var two = new TwoClusters();
        var source = await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 10, 20, 30, 40);
        await TwoClusters.WriteAsync(two.Codfw, TwoClusters.Topic, 10);
        two.Commit(two.Eqiad, "Test.checkpoint", TwoClusters.Topic, source[3]);

        await two.FailOverAsync();

        Assert.Equal(1, two.StartedAt);
    }

    [Fact]
    public async Task On_a_shared_cluster_nothing_is_carried_over()
    {
        await using var two = new TwoClusters(shared: true);
        two.Commit(two.Eqiad, "Test.checkpoint", TwoClusters.Topic, (await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 10, 20))[1]);

        await two.FailOverAsync();

        Assert.Equal(1, two.StartedAt);
        Assert.Contains("codfw: nothing to carry over: the cluster c0 is shared, and so is the checkpoint", two.Said);
    }

    [Fact]
    public async Task A_checkpoint_never_goes_back_behind_what_the_target_has_settled_itself()
    {
        await using var two = await MirroredAsync();
        two.Commit(two.Codfw, "Test.checkpoint", TwoClusters.Topic, 5);

        await two.FailOverAsync();

        Assert.Equal(5, two.StartedAt);
    }

    [Fact]
    public async Task A_checkpoint_behind_the_end_is_of_a_topic_that_is_no_more()
    {
        await using var two = await MirroredAsync();
        two.Commit(two.Codfw, "Test.checkpoint", TwoClusters.Topic, 5_000);

        await two.FailOverAsync();

        Assert.Equal(3, two.StartedAt);
    }

    [Fact]
    public async Task When_it_was_interrupted_after_the_pause_running_it_again_completes_it()
    {
        await using var two = await MirroredAsync();
        (two.Eqiad.IsPaused, two.Eqiad.Replicas) = (true, 0);

        await two.FailOverAsync();

        Assert.Empty(two.Eqiad.Orders);
        Assert.Equal(["resume"], two.Codfw.Orders);
        Assert.Equal(3, two.StartedAt);
    }

    [Fact]
    public async Task When_both_run_the_old_side_is_paused_and_no_checkpoint_is_touched()
    {
        await using var two = await MirroredAsync();
        (two.Codfw.IsPaused, two.Codfw.Replicas) = (false, 1);
        two.Codfw.OnResume();

        await two.FailOverAsync();

        Assert.Equal(["pause"], two.Eqiad.Orders);
        Assert.Empty(two.Codfw.Orders);
        Assert.Null(two.Committed(two.Codfw, "Test.checkpoint"));
    }

    [Fact]
    public async Task When_it_is_done_running_it_again_changes_nothing()
    {
        await using var two = await MirroredAsync();
        await two.FailOverAsync();

        await two.FailOverAsync();

        Assert.Equal(["pause"], two.Eqiad.Orders);
        Assert.Equal(["resume"], two.Codfw.Orders);
        Assert.Contains("codfw: runs there already: nothing to carry over, nothing to resume", two.Said);
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_told_before_anything_is_changed()
    {
        await using var two = await MirroredAsync();
        two.Codfw.IsSilent = true;

        await Assert.ThrowsAsync<UnreachableException>(() => two.FailOverAsync());

        Assert.Empty(two.Eqiad.Orders);
    }

    [Fact]
    public async Task A_target_whose_cluster_has_not_the_topics_is_told_before_anything_is_changed()
    {
        await using var two = new TwoClusters();
        var stages = Core.StageCatalog.Parse(
            """{ "stages": { "Test": { "inputs": ["in"], "datacenters": { "mode": "active-passive" } } } }"""u8.ToArray(),
            Core.StreamCatalog.Parse("""{ "streams": { "in": { "schema_title": "in", "topic_prefixes": ["eqiad.", "other."] } } }"""u8.ToArray()));

        var refusal = await Assert.ThrowsAsync<FailoverException>(() => new Failover(
            stages, [two.Eqiad, two.Codfw], new FailoverOptions(), two.Log, TimeProvider.System).RunAsync("Test", "codfw", CancellationToken.None));

        Assert.Equal("Kafka in codfw has no topic 'other.in'. Is it mirrored there?", refusal.Message);
        Assert.Empty(two.Eqiad.Orders);
    }

    [Fact]
    public async Task An_old_side_that_does_not_answer_is_left_to_be_paused_later_and_the_other_goes_on()
    {
        await using var two = await MirroredAsync();
        two.Eqiad.IsSilent = true;

        await two.FailOverAsync();

        Assert.Equal(["resume"], two.Codfw.Orders);
        Assert.Contains("What eqiad settles from now on is settled in codfw, too", Assert.Single(two.Log.Left), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_shared_cluster_an_old_side_that_does_not_answer_is_fenced()
    {
        await using var two = new TwoClusters(shared: true);
        two.Eqiad.IsSilent = true;

        await two.FailOverAsync();

        Assert.Contains("is fenced there: nothing is repeated", Assert.Single(two.Log.Left), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_side_that_does_not_drain_is_waited_for_so_long_and_not_longer()
    {
        await using var two = new TwoClusters(shared: true);
        using var stubborn = new FakeDatacenter(two.Eqiad.Definition) { IsStubborn = true, Replicas = 2 };

        await new Failover(two.Stages, [stubborn, two.Codfw], new FailoverOptions { DrainTime = TimeSpan.FromMilliseconds(50), Poll = TimeSpan.FromMilliseconds(10) }, two.Log, TimeProvider.System)
            .RunAsync("Test", "codfw", CancellationToken.None);

        Assert.Contains(two.Said, said => said.StartsWith("eqiad: has 2 replicas after 00:00:00.0500000, and is not waited for any longer.", StringComparison.Ordinal));
        Assert.Equal(["resume"], two.Codfw.Orders);
    }

    [Fact]
    public async Task Where_the_old_cluster_is_away_the_times_count_that_were_mirrored()
    {
        await using var two = await MirroredAsync();
        two.Commit(two.Codfw, "eqiad.Test.time", TwoClusters.Topic, TwoClusters.At(40));
        await two.BrokerOf(two.Eqiad).DownAsync();

        await two.FailOverAsync();

        Assert.Equal(3, two.StartedAt);
    }

    [Fact]
    public async Task Where_nobody_knows_how_far_the_old_side_has_come_it_has_to_be_said()
    {
        await using var two = await MirroredAsync();
        await two.BrokerOf(two.Eqiad).DownAsync();

        var refusal = await Assert.ThrowsAsync<FailoverException>(() => two.FailOverAsync());

        Assert.Contains("Say it with --since", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(two.Codfw.Orders);
        await two.FailOverAsync(with: options => options with { Since = DateTimeOffset.FromUnixTimeMilliseconds(TwoClusters.At(40)) });
        Assert.Equal(3, two.StartedAt);
    }

    [Fact]
    public async Task A_dry_run_says_all_and_changes_nothing()
    {
        await using var two = await MirroredAsync();

        await two.FailOverAsync(with: options => options with { DryRun = true });

        Assert.Empty(two.Eqiad.Orders.Concat(two.Codfw.Orders));
        Assert.Null(two.Committed(two.Codfw, "Test.checkpoint"));
        Assert.All((string[])["eqiad: would pause", "codfw: would carry", "codfw: would resume"], would => Assert.Contains(two.Said, said => said.StartsWith(would, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stage_of_one_datacenter_is_moved_by_the_catalog()
    {
        await using var two = new TwoClusters(datacenters: """{ "mode": "single" }""");

        Assert.StartsWith("Stage Test is 'single': no other datacenter has it ready.", (await Assert.ThrowsAsync<FailoverException>(() => two.FailOverAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_that_computes_in_each_datacenter_cannot_share_a_cluster()
    {
        await using var two = new TwoClusters(shared: true, datacenters: Double);

        Assert.Contains("they are one consumer group", (await Assert.ThrowsAsync<FailoverException>(() => two.FailOverAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Double, "it computes all events itself")]
    [InlineData("""{ "mode": "active-active" }""", "it reads codfw's topics only")]
    public async Task A_stage_that_runs_in_each_datacenter_is_paused_in_the_others_and_can_be_let_run_everywhere_again(string datacenters, string said)
    {
        await using var two = new TwoClusters(datacenters: datacenters);

        await two.FailOverAsync();
        await two.FailOverAsync(Failover.Everywhere);

        Assert.Contains(two.Said, line => line.Contains(said, StringComparison.Ordinal));
        Assert.Equal(["pause", "resume"], two.Eqiad.Orders);
        Assert.Equal(["resume"], two.Codfw.Orders);
        Assert.Null(two.Committed(two.Codfw, "Test.checkpoint"));
    }

    [Fact]
    public async Task A_lag_that_does_not_fall_is_left_to_be_looked_at()
    {
        await using var two = await MirroredAsync();
        two.Codfw.OnResume = () => { };

        await two.FailOverAsync(with: options => options with { VerifyTime = TimeSpan.FromMilliseconds(50) });

        Assert.Contains("has not fallen", Assert.Single(two.Log.Left), StringComparison.Ordinal);
    }

    // Codfw has two records more at its beginning, as if eqiad had deleted them since.
    private static async Task<TwoClusters> MirroredAsync()
    {
        var two = new TwoClusters();
        var source = await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 20, 30, 40, 50);
        await TwoClusters.WriteAsync(two.Codfw, TwoClusters.Topic, 1, 2, 20, 30, 40, 50);
        two.Commit(two.Eqiad, "Test.checkpoint", TwoClusters.Topic, source[3]);
        return two;
    }
}
