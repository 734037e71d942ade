using Millrace.Local;

namespace Millrace.Console.Tests;

public sealed class LookHistoryTests
{
    [Fact]
    public void The_last_minutes_are_kept_and_no_more()
    {
        var history = new LookHistory();
        for (var number = 1; number <= LookHistory.Most + 10; number++)
        {
            history.Add(new ClusterLook(number, DateTimeOffset.UnixEpoch.AddSeconds(number)));
        }

        Assert.Equal(LookHistory.Most, history.Moments.Count);
        Assert.Equal((DateTimeOffset.UnixEpoch.AddSeconds(11), DateTimeOffset.UnixEpoch.AddSeconds(LookHistory.Most + 10)), (history.Moments[0].At, history.Moments[^1].At));
    }
}
