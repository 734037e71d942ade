using System.Text;

namespace Millrace.Local.Tests;

public sealed class WikitextTests
{
    [Fact]
    public void The_text_of_a_revision_is_always_the_same()
    {
        Assert.Equal(Wikitext.Of("en.wikipedia.org", 7), Wikitext.Of("en.wikipedia.org", 7));
        Assert.StartsWith("'''Mühle ", Wikitext.Of("en.wikipedia.org", 7), StringComparison.Ordinal);
    }

    [Fact]
    public void The_texts_of_different_revisions_and_wikis_differ()
    {
        var texts = Enumerable.Range(1, 1_000).SelectMany(id => new[] { Wikitext.Of("en.wikipedia.org", id), Wikitext.Of("de.wikipedia.org", id) });

        Assert.Equal(2_000, texts.Distinct().Count());
    }

    [Fact]
    public void Lengths_spread_over_200_to_3000_bytes()
    {
        var lengths = Enumerable.Range(1, 2_000).Select(id => Encoding.UTF8.GetByteCount(Wikitext.Of("en.wikipedia.org", id))).ToList();

        Assert.InRange(lengths.Min(), 200, 260);
        Assert.InRange(lengths.Max(), 2_850, 3_000);
    }

    [Fact]
    public void Texts_hold_what_careless_code_trips_over()
    {
        var all = string.Concat(Enumerable.Range(1, 100).Select(id => Wikitext.Of("en.wikipedia.org", id)));

        Assert.All(new[] { "\"", "\\", "\n", "\t", "ü", "水", "🌾", "<", "&", "'" }, part => Assert.Contains(part, all, StringComparison.Ordinal));
    }
}
