using System.Text;
using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""plain""")]
    [InlineData("""a\"b\\c\/d\b\f\n\r\t""")]
    [InlineData("""\u0041\u00e9\u20AC""")]
    [InlineData("""x\ud83d\ude00y""")]
    [InlineData("""äöü 漢字 😀""")]
    public void Text_is_what_the_parser_says(string raw)
    {
        var expected = JsonElement.Parse($"\"{raw}\"").GetString()!;
        Assert.Equal(expected, JsonText.Text(Encoding.UTF8.GetBytes(raw)));
        Assert.Equal(expected.EnumerateRunes().Count(), JsonText.CountCodePoints(Encoding.UTF8.GetBytes(raw)));
    }

    [Theory]
    [InlineData("""["\ud800"]""", 2)]
    [InlineData("""["\ud800\ud800\udc00"]""", 2)]
    [InlineData("""["\udc00"]""", 2)]
    [InlineData("""{"\uD800":1}""", 2)]
    [InlineData("""["a\\ud800"]""", -1)]
    [InlineData("""["\ud800\udc00"]""", -1)]
    [InlineData("""["\\\ud800"]""", 4)]
    public void Half_a_surrogate_pair_is_found(string json, int position) =>
        Assert.Equal(position, JsonText.IndexOfLoneSurrogate(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Half_a_surrogate_pair_equals_itself_and_no_other()
    {
        var halves = JsonElement.Parse("""["\ud800", "\ud800", "\udc00", "\ufffd"]""");
        Assert.True(JsonEquality.Instance.Equals(halves[0], halves[1]));
        Assert.False(JsonEquality.Instance.Equals(halves[0], halves[2]));
        Assert.False(JsonEquality.Instance.Equals(halves[0], halves[3]));
    }
}
