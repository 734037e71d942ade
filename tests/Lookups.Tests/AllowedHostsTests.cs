namespace Millrace.Lookups.Tests;

public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("*.wikipedia.org", "https://en.wikipedia.org/")]
    [InlineData("*.wikipedia.org", "https://EN.m.Wikipedia.ORG/")]
    [InlineData("*.WIKIPEDIA.org", "https://en.wikipedia.org/")]
    [InlineData("api.example.org", "http://api.example.org:8080/x")]
    [InlineData("localhost", "http://localhost/")]
    [InlineData("127.0.0.1", "http://127.0.0.1:5000/")]
    [InlineData("::1", "http://[::1]:5000/")]
    [InlineData("xn--zrich-kva.example", "https://zürich.example/")]
    public void A_listed_host_may_be_asked(string pattern, string address) =>
        Assert.Null(new AllowedHosts([pattern]).Refuse(new Uri(address)));

    [Theory]
    [InlineData("*.wikipedia.org", "https://wikipedia.org/")]
    [InlineData("*.wikipedia.org", "https://evilwikipedia.org/")]
    [InlineData("*.wikipedia.org", "https://en.wikipedia.org.evil.test/")]
    [InlineData("*.wikipedia.org", "https://en.wikipedia.org./")]
    [InlineData("*.wikipedia.org", "https://evil.test/?en.wikipedia.org")]
    [InlineData("*.wikipedia.org", "https://evil.test#.wikipedia.org")]
    [InlineData("api.example.org", "https://x.api.example.org/")]
    [InlineData("localhost", "http://127.0.0.1/")]
    [InlineData("127.0.0.1", "http://127.0.0.2/")]
    [InlineData("127.0.0.1", "http://[::1]/")]
    [InlineData("*.wikipedia.org", "http://169.254.169.254/")]
    [InlineData("*.wikipedia.org", "http://2852039166/")]
    public void Any_other_host_may_not(string pattern, string address) =>
        Assert.Contains($"allowed are {pattern}", new AllowedHosts([pattern]).Refuse(new Uri(address)), StringComparison.Ordinal);

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("")]
    [InlineData("*.0.0.1.")]
    [InlineData("*.127.0.0.1")]
    [InlineData("en.*.org")]
    [InlineData("*wikipedia.org")]
    [InlineData("https://en.wikipedia.org")]
    [InlineData("en.wikipedia.org:443")]
    [InlineData("en.wikipedia.org/")]
    [InlineData("en.wikipedia.org.")]
    public void A_pattern_of_another_form_is_refused_by_name(string pattern)
    {
        var exception = Assert.Throws<ArgumentException>(() => new AllowedHosts(["ok.example", pattern]));

        Assert.Contains($"'{pattern}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_suffix_that_looks_like_an_address_matches_no_address()
    {
        // '0.1' is itself an address to some parsers, and the tail of the loopback address.
        var exception = Assert.Throws<ArgumentException>(() => new AllowedHosts(["*.0.1"]));

        Assert.Contains("'*.0.1'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pattern_at_all_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => new AllowedHosts([]));

        Assert.Contains("AllowedHosts is empty", exception.Message, StringComparison.Ordinal);
    }
}
