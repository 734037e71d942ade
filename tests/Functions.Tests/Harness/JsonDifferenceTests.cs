using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

public sealed class JsonDifferenceTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1.0,2],"a":1e0}""")]
    [InlineData("\"\\u00e9\"", "\"é\"")]
    public void Order_of_fields_and_spelling_do_not_count(string expected, string got) => Assert.Empty(Between(expected, got));

    [Theory]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":2}}""", ".a.b", "1", "2")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", ".a[1]", "2", null)]
    [InlineData("""{"a":[1]}""", """{"a":[1,{"b":2}]}""", ".a[1]", null, "{\"b\":2}")]
    [InlineData("""{"a b":1}""", """{}""", "[\"a b\"]", "1", null)]
    [InlineData("""{"a":null}""", """{}""", ".a", "null", null)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", ".a", "1", "\"1\"")]
    public void A_difference_has_its_path_and_both_sides(string expected, string got, string path, string? left, string? right) =>
        Assert.Equal(new JsonDifference(path, left, right), Assert.Single(Between(expected, got)));

    [Fact]
    public void Of_long_texts_the_place_where_they_part_is_shown()
    {
        var text = new string('x', 5_000);

        var difference = Assert.Single(Between($"\"{text}left{text}\"", $"\"{text}right{text}\""));

        Assert.All((string[])[difference.Expected!, difference.Got!], side => Assert.InRange(side.Length, 100, 200));
        Assert.Contains("xleftx", difference.Expected, StringComparison.Ordinal);
        Assert.Contains("xrightx", difference.Got, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_are_not_named_may_be_there_and_those_that_are_must()
    {
        Assert.Empty(JsonDifference.Between(JsonElement.Parse("""{"a":{"b":1}}"""), JsonElement.Parse("""{"a":{"b":1,"c":2},"d":3}"""), namedOnly: true));
        Assert.Equal(".a.b", Assert.Single(JsonDifference.Between(JsonElement.Parse("""{"a":{"b":1}}"""), JsonElement.Parse("""{"a":{"c":2}}"""), namedOnly: true)).Path);
    }

    private static IReadOnlyList<JsonDifference> Between(string expected, string got) => JsonDifference.Between(JsonElement.Parse(expected), JsonElement.Parse(got));
}
