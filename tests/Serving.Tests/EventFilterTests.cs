using System.Text;

namespace Millrace.Serving.Tests;

public sealed class EventFilterTests
{
    private const string Event = """{"wiki_id":"enwiki","page":{"page_id":17,"is_redirect":false,"title":"a \"b\" \u00e9"},"tags":["x","y"],"slots":[{"role":"main"}],"none":null,"size":1.50}""";

    [Theory]
    [InlineData(true, "wiki_id:enwiki")]
    [InlineData(false, "wiki_id:dewiki")]
    [InlineData(true, "wiki_id:dewiki", "wiki_id:enwiki")]
    [InlineData(false, "wiki_id:enwiki", "page.page_id:18")]
    [InlineData(true, "wiki_id:enwiki", "page.page_id:17")]
    [InlineData(true, "page.is_redirect:false")]
    [InlineData(false, "page.is_redirect:true")]
    [InlineData(true, "none:null")]
    [InlineData(true, "size:1.50")]
    [InlineData(false, "size:1.5")]
    [InlineData(true, "page.title:a \"b\" é")]
    [InlineData(true, "tags:y")]
    [InlineData(false, "tags:z")]
    [InlineData(true, "slots.role:main")]
    [InlineData(false, "page:17")]
    [InlineData(false, "absent:")]
    [InlineData(true)]
    public void An_event_passes_whose_fields_have_the_values(bool passes, params string[] filters) =>
        Assert.Equal(passes, EventFilter.Of(filters).Accepts(Encoding.UTF8.GetBytes(Event)));

    [Theory]
    [InlineData("""{"meta":{"domain":"canary"}}""", false)]
    [InlineData("""{"meta":{"domain":"canary.org"}}""", true)]
    [InlineData("""{"domain":"canary"}""", true)]
    [InlineData("""{"meta":{"domain":7}}""", true)]
    public void A_canary_passes_no_filter(string json, bool passes) => Assert.Equal(passes, EventFilter.Of([]).Accepts(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_value_with_a_colon_is_all_that_stands_behind_the_first() =>
        Assert.True(EventFilter.Of(["uri:https://example.org/"]).Accepts("""{"uri":"https://example.org/"}"""u8));

    [Fact]
    public void Nesting_without_end_is_no_event() =>
        Assert.False(EventFilter.Of([]).Accepts(Encoding.UTF8.GetBytes($$"""{"meta":{{string.Concat(Enumerable.Repeat("[", 100_000))}}""")));
}
