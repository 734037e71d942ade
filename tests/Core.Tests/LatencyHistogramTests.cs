namespace Millrace.Core.Tests;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(1_000)]
    [InlineData(123_456)]
    [InlineData(86_400_000_000)]
    public void A_quantile_is_at_most_seven_percent_above_the_duration(long micros)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMicroseconds(micros));

        Assert.InRange(histogram.Quantile(0.99).TotalMicroseconds, micros, (micros * 1.07) + 0.5);
    }

    [Fact]
    public void Quantiles_follow_the_ranks()
    {
        var histogram = new LatencyHistogram();
        for (var n = 1; n <= 100; n++)
        {
            histogram.Record(TimeSpan.FromMilliseconds(n));
        }

        Assert.InRange(histogram.Quantile(0.5).TotalMilliseconds, 50, 54);
        Assert.InRange(histogram.Quantile(0.99).TotalMilliseconds, 99, 106);
        Assert.InRange(histogram.Quantile(1).TotalMilliseconds, 100, 107);
    }

    [Fact]
    public void Nothing_recorded_is_zero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Quantile(0.99));
}
