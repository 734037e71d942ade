using Millrace.Lookups;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>Whom the stage asks, and whom it never does whatever an event says.</summary>
public sealed class ContentApiTests : PageContentChangeFixture
{
    [Fact]
    public async Task The_wiki_is_asked_for_the_revision_at_its_own_address()
    {
        await EmittedAsync(Change(), ScriptedWiki.Text("text"));

        Assert.Equal(
            "https://en.wikipedia.org/w/api.php?action=query&prop=revisions&revids=42&rvslots=*&rvprop=content&format=json&formatversion=2",
            Assert.Single(Wiki.Asked).AbsoluteUri);
    }

    [Theory]
    [InlineData("evil/../x")]
    [InlineData("evil.example/w/api.php?")]
    [InlineData("evil.example#")]
    [InlineData("user@en.wikipedia.org")]
    [InlineData("user:password@en.wikipedia.org")]
    [InlineData("en.wikipedia.org:8080")]
    [InlineData("en.wikipedia.org\\@evil.example")]
    [InlineData("en.wikipedia.org\n")]
    [InlineData(" en.wikipedia.org")]
    [InlineData("%65vil.example")]
    [InlineData("én.wikipedia.org")]
    [InlineData("en。wikipedia.org")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData(".wikipedia.org")]
    [InlineData("en..wikipedia.org")]
    [InlineData("[::1]")]
    [InlineData("canary.")]
    [InlineData("")]
    public async Task A_domain_that_is_no_host_name_leads_to_no_request(string domain)
    {
        foreach (var template in (string[])["https://{domain}/w/api.php", "http://127.0.0.1:1/wikis/{domain}/w/api.php"])
        {
            // The names that are host names, if odd ones, the allow-list refuses.
            var (wiki, harness) = Harness(new AnySchema(), template, "*.wikipedia.org", ScriptedWiki.Text("text"));
            await Clock.UntilDoneAsync(harness.RunAsync(Change(change => change["meta"]!["domain"] = domain)));

            Assert.Contains(Assert.Single(harness.Errors).GetProperty("error_type").GetString(), (string[])[ContentErrors.InvalidDomain, LookupErrorTypes.RefusedHost]);
            Assert.Empty(wiki.Asked);
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("evil/../x")]
    public async Task A_domain_that_is_a_way_through_directories_is_refused_even_where_it_is_only_part_of_a_path(string domain)
    {
        var (wiki, harness) = Harness(new AnySchema(), "http://127.0.0.1:1/wikis/{domain}/w/api.php", "127.0.0.1", ScriptedWiki.Text("text"));
        await harness.RunAsync(Change(change => change["meta"]!["domain"] = domain));

        Assert.Equal(ContentErrors.InvalidDomain, Assert.Single(harness.Errors).GetProperty("error_type").GetString());
        Assert.Empty(wiki.Asked);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("2130706433")]
    [InlineData("localhost")]
    [InlineData("wikipedia.org")]
    [InlineData("evilwikipedia.org")]
    [InlineData("en.wikipedia.org.evil.example")]
    [InlineData("en.wikipedia.org.")]
    public async Task A_host_that_is_not_allowed_leads_to_no_request(string domain)
    {
        var error = await FailedAsync(Change(change => change["meta"]!["domain"] = domain), ScriptedWiki.Text("text"));

        Assert.Equal(LookupErrorTypes.RefusedHost, error);
        Assert.Empty(Wiki.Asked);
    }

    [Fact]
    public async Task A_missing_domain_is_an_error_that_names_it()
    {
        Assert.Equal(ContentErrors.InvalidDomain, await FailedAsync(Change(change => change["meta"]!.AsObject().Remove("domain")), ScriptedWiki.Text("text")));
        Assert.Equal("'.meta.domain' is missing; it names the wiki to ask.", Message());
    }
}
