using Millrace.Core;

namespace Millrace.Lookups.Tests;

public sealed class AddressTemplateTests
{
    [Fact]
    public void The_domain_stands_where_the_template_has_it() => Assert.Equal(
        "https://en.wikipedia.org/w/api.php?action=query&x=a%20b", AddressTemplate.For("https://{domain}/w/api.php", "en.wikipedia.org", "action=query&x=a%20b").AbsoluteUri);

    [Fact]
    public void A_template_without_a_domain_is_the_address() =>
        Assert.Equal("http://127.0.0.1:9/api?q=1", AddressTemplate.For("http://127.0.0.1:9/api", "en.wikipedia.org", "q=1").AbsoluteUri);

    [Theory]
    [InlineData(null, "'.meta.domain' is missing; it names the wiki to ask.")]
    [InlineData("evil/../x", "'.meta.domain' is 'evil/../x'; it names the wiki to ask.")]
    [InlineData("en.wikipedia.org@evil.example", "'en.wikipedia.org@evil.example'")]
    [InlineData("en.wikipedia.org:8080", "'en.wikipedia.org:8080'")]
    [InlineData("..", "'..'")]
    [InlineData("", "''")]
    public void What_is_no_host_name_becomes_no_address(string? domain, string message)
    {
        var error = Assert.Throws<StageException>(() => AddressTemplate.For("https://{domain}/w/api.php", domain, "q=1")).Error;

        Assert.Equal((LookupErrorTypes.InvalidDomain, false), (error.Type, error.Transient));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
