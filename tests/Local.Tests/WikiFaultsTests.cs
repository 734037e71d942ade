namespace Millrace.Local.Tests;

public sealed class WikiFaultsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rates_hit_their_share_of_the_revisions()
    {
        var faults = new WikiFaults(seed: 1);
        faults.Rate(new WikiFault(WikiAnswer.NotFound), 0.2);
        faults.Rate(new WikiFault(WikiAnswer.ServerError), 0.1);

        var answers = Draw(faults);

        Assert.InRange(answers.Count(answer => answer == WikiAnswer.NotFound), 1_850, 2_150);
        Assert.InRange(answers.Count(answer => answer == WikiAnswer.ServerError), 900, 1_100);
        Assert.InRange(answers.Count(answer => answer == WikiAnswer.Content), 6_800, 7_200);
    }

    [Fact]
    public void The_same_seed_draws_the_same_faults_in_whatever_order_the_rates_are_set()
    {
        var one = new WikiFaults(seed: 1);
        one.Rate(new WikiFault(WikiAnswer.NotFound), 0.3);
        one.Rate(new WikiFault(WikiAnswer.Hang), 0.3);
        var other = new WikiFaults(seed: 1);
        other.Rate(new WikiFault(WikiAnswer.Hang), 0.3);
        other.Rate(new WikiFault(WikiAnswer.NotFound), 0.3);

        Assert.Equal(Draw(one), Draw(other));
    }

    [Fact]
    public void Another_seed_draws_others()
    {
        var one = new WikiFaults(seed: 1);
        one.Rate(new WikiFault(WikiAnswer.NotFound), 0.5);
        var other = new WikiFaults(seed: 2);
        other.Rate(new WikiFault(WikiAnswer.NotFound), 0.5);

        Assert.NotEqual(Draw(one), Draw(other));
    }

    [Fact]
    public void A_fault_that_was_drawn_ends_after_its_times()
    {
        var faults = new WikiFaults(seed: 1);
        faults.Rate(new WikiFault(WikiAnswer.NotFound, Times: 2), 1);

        Assert.Equal(
            [WikiAnswer.NotFound, WikiAnswer.NotFound, WikiAnswer.Content],
            Enumerable.Range(1, 3).Select(attempt => faults.Choose("en", 7, attempt, Now)));
    }

    [Fact]
    public void A_plan_decides_before_the_rates()
    {
        var faults = new WikiFaults(seed: 1);
        faults.Rate(new WikiFault(WikiAnswer.NotFound), 1);
        faults.Plan(7, new WikiFault(WikiAnswer.Content));

        Assert.Equal(WikiAnswer.Content, faults.Choose("en", 7, 1, Now));
        Assert.Equal(WikiAnswer.NotFound, faults.Choose("en", 8, 1, Now));
    }

    [Fact]
    public void A_rate_set_again_replaces_the_one_before()
    {
        var faults = new WikiFaults(seed: 1);
        faults.Rate(new WikiFault(WikiAnswer.NotFound), 1);
        faults.Rate(new WikiFault(WikiAnswer.NotFound), 0);

        Assert.All(Draw(faults), answer => Assert.Equal(WikiAnswer.Content, answer));
    }

    [Fact]
    public void Clearing_forgets_plans_and_rates()
    {
        var faults = new WikiFaults(seed: 1);
        faults.Rate(new WikiFault(WikiAnswer.NotFound), 1);
        faults.Plan(7, new WikiFault(WikiAnswer.Hang));

        faults.Clear();

        Assert.All(Draw(faults), answer => Assert.Equal(WikiAnswer.Content, answer));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_no_share_is_refused(double rate)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => new WikiFaults(seed: 1).Rate(new WikiFault(WikiAnswer.Hang), rate));

        Assert.Contains("The rate of Hang is a share from 0 to 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_of_more_than_all_revisions_are_refused_and_change_nothing()
    {
        var faults = new WikiFaults(seed: 1);
        faults.Rate(new WikiFault(WikiAnswer.Hang), 0.6);

        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => faults.Rate(new WikiFault(WikiAnswer.Reset), 0.6));

        Assert.Contains("sum up to 1.2", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(WikiAnswer.Reset, Draw(faults));
    }

    [Fact]
    public void The_answer_to_a_bad_request_cannot_be_planned()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WikiFault(WikiAnswer.Refused));
    }

    private static List<WikiAnswer> Draw(WikiFaults faults) =>
        [.. Enumerable.Range(1, 10_000).Select(revision => faults.Choose("en.wikipedia.org", revision, 1, Now))];
}
