using System.Net;

namespace Millrace.Lookups.Tests;

public sealed class LookupOptionsTests
{
    [Fact]
    public void The_defaults_are_valid_but_for_the_hosts_that_must_be_named()
    {
        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(new LookupOptions(), TimeProvider.System));
        Assert.Contains("AllowedHosts", exception.Message, StringComparison.Ordinal);

        using var lookup = new HttpLookup(Some.Options(), TimeProvider.System);
    }

    public static TheoryData<string, Action<LookupOptions>> OutOfRange => new()
    {
        { "Attempts", options => options.Attempts = 0 },
        { "BaseDelay", options => options.BaseDelay = TimeSpan.Zero },
        { "MaxDelay", options => options.MaxDelay = TimeSpan.FromDays(1) },
        { "AttemptTimeout", options => options.AttemptTimeout = Timeout.InfiniteTimeSpan },
        { "TotalTimeout", options => options.TotalTimeout = TimeSpan.FromDays(2) },
        { "MaxConcurrency", options => options.MaxConcurrency = 0 },
        { "CircuitFailureRatio", options => options.CircuitFailureRatio = 1.5 },
        { "CircuitMinimumThroughput", options => options.CircuitMinimumThroughput = 1 },
        { "CircuitSamplingDuration", options => options.CircuitSamplingDuration = TimeSpan.FromMilliseconds(1) },
        { "CircuitBreakDuration", options => options.CircuitBreakDuration = TimeSpan.FromMilliseconds(1) },
        { "MaxAnswerBytes", options => options.MaxAnswerBytes = 0 },
        { "UserAgent", options => options.UserAgent = "" },
        { "UserAgent", options => options.UserAgent = "two\r\nlines" },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_range_is_refused_by_name(string key, Action<LookupOptions> set)
    {
        var options = Some.Options();
        set(options);

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(options, TimeProvider.System));

        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_names_the_value_and_the_range()
    {
        var options = Some.Options();
        options.Attempts = 101;

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(options, TimeProvider.System));

        Assert.Contains("between 1 and 100", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'101'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_transport_leads_nowhere_else()
    {
        using var handler = HttpLookup.CreateHandler(Some.Options());

        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.False(handler.UseProxy);
        Assert.Equal(64, handler.MaxConnectionsPerServer);
        Assert.Equal(DecompressionMethods.GZip | DecompressionMethods.Brotli, handler.AutomaticDecompression);
    }
}
