using System.Text;
using System.Text.Json;
using Millrace.Tests;

namespace Millrace.Connectors.Tests;

public sealed class JsonFieldsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(" { } ")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{ "a" : -1.5e3 , "b" : [ ] ,"c":{}, "d":null }""")]
    [InlineData("""{"a\"}":"b\\","c":"\\\"","":"","d":{"e":["}]\"",{"f":"{"}]},"g":[[1],[{}]],"h":true}""")]
    public void Fields_are_those_that_a_parser_finds(string json) => AssertSame(json);

    [CorpusFact]
    public void Fields_of_captured_events_are_those_that_a_parser_finds() =>
        Assert.All(Corpus.Files("wikimedia/events", "*.ndjson").SelectMany(File.ReadLines), AssertSame);

    [Theory]
    [InlineData("{\"a")]
    [InlineData("{\"a\":\"b")]
    [InlineData("{\"a\":[1")]
    [InlineData("{\"a\":1")]
    public void Half_an_event_ends_in_an_exception(string json) => Assert.ThrowsAny<Exception>(() => Walk(json));

    [Theory]
    [InlineData("\"a\"", "a", true)]
    [InlineData("\"\\u0061\"", "a", true)]
    [InlineData("\"\\u0061\"", "b", false)]
    [InlineData("\"ab\"", "a", false)]
    public void A_name_is_the_same_with_and_without_escapes(string quoted, string text, bool isSame) =>
        Assert.Equal(isSame, JsonFields.IsNamed(Encoding.UTF8.GetBytes(quoted), Encoding.UTF8.GetBytes(text)));

    private static void AssertSame(string json) => Assert.Equal(
        JsonElement.Parse(json).EnumerateObject().Select(field => $"{field.Name}={field.Value.GetRawText()}"),
        Walk(json));

    private static List<string> Walk(string json)
    {
        var (bytes, at, found) = (Encoding.UTF8.GetBytes(json), 0, new List<string>());
        while (JsonFields.Next(bytes, ref at, out var name, out var value))
        {
            found.Add($"{JsonElement.Parse(bytes.AsSpan(name.Start, name.Length)).GetString()}={Encoding.UTF8.GetString(value.In(bytes))}");
        }

        return found;
    }
}
