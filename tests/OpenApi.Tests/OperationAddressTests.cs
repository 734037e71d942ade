using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.OpenApi.Tests;

/// <summary>Whatever an event holds, it fills the places that an address leaves open, and changes nothing else of it.</summary>
public sealed class OperationAddressTests
{
    private const int Seed = 23112026;

    private static readonly string[] Pieces =
        ["/", "\\", "..", ".", "%2e", "%2f", "%5c", "//", "@", ":", "?", "#", "&", "=", ";", "\r\n", "\n", "\t", "\0", " ", "evil.example", "http://", "ü", "‮", "😀", "／", "。", "a", "+", "%", "[", "]", "{", "}", "{site}"];

    public static TheoryData<string> Hostile =>
    [
        "..", ".", "../..", "../../admin", "..%2f..", "%2e%2e", "//evil.example", "\\\\evil.example\\x", "a/b/c", "a?x=1", "a#x", "a&x=1", "@evil.example", ":80", "x\r\nHost: evil.example",
        "x\r\n\r\nGET / HTTP/1.1", "\0", " ", "\t", "ü", "日本", "😀", "／／evil.example", "‮", "{id}", "a;b", "%", "%zz", "http://evil.example/", new string('a', 1_000), new string('é', 300),
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_value_stays_in_its_place(string value) => Check(value);

    [Fact]
    public void Values_put_together_at_random_stay_in_their_place()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            Check(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void A_value_that_a_path_would_drop_is_refused(string value) =>
        Assert.Equal(OpenApiErrorTypes.InvalidParameter, Assert.Throws<StageException>(() => For(value)).Error.Type);

    [Fact]
    public void Values_that_are_a_step_up_only_together_are_refused()
    {
        var address = new OperationAddress(new Uri("https://ratings.example"), "/a/{site}{id}/b", [Bound("site", "path"), Bound("id", "path")]);

        Assert.Throws<StageException>(() => address.For(JsonElement.Parse("""{ "site": ".", "id": "." }""")));
        Assert.Equal("/a/.x/b", address.For(JsonElement.Parse("""{ "site": ".", "id": "x" }""")).AbsolutePath);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(8_000)]
    public void A_huge_value_is_refused_and_not_shown_whole(int length)
    {
        var error = Assert.Throws<StageException>(() => For(new string('x', length))).Error;

        Assert.Equal(OpenApiErrorTypes.InvalidParameter, error.Type);
        Assert.InRange(error.Message.Length, 1, 400);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.Throws<StageException>(() => Address().For(JsonElement.Parse("""{ "site": "\ud800", "id": "x" }""")));

    [Theory]
    [InlineData("7", "7")]
    [InlineData("-1.5e3", "-1.5e3")]
    [InlineData("true", "true")]
    public void Numbers_and_truth_values_are_written_as_they_are(string json, string text) =>
        Assert.Equal($"/v1/sites/{text}/pages", Address().For(JsonElement.Parse($$"""{ "site": {{json}} }""")).AbsolutePath);

    private static void Check(string value)
    {
        Uri address;
        try
        {
            address = For(value);
        }
        catch (StageException refused) when (refused.Error.Type == OpenApiErrorTypes.InvalidParameter)
        {
            return;
        }

        Assert.Equal("https://ratings.example:8443", address.GetLeftPart(UriPartial.Authority));
        Assert.Equal(["", "v1", "sites", Uri.EscapeDataString(value), "pages"], address.AbsolutePath.Split('/'));
        Assert.Equal($"?id={Uri.EscapeDataString(value)}", address.Query);
        Assert.Equal((value, ""), (Uri.UnescapeDataString(address.AbsolutePath.Split('/')[3]), address.Fragment));
        Assert.DoesNotContain(address.AbsoluteUri, character => character is <= ' ' or > '~');
    }

    private static Uri For(string value) => Address().For(JsonSerializer.SerializeToElement(new JsonObject { ["site"] = value, ["id"] = value }));

    private static OperationAddress Address() => new(new Uri("https://ratings.example:8443/v1/"), "/sites/{site}/pages", [Bound("site", "path"), Bound("id", "query")]);

    private static BoundParameter Bound(string name, string place) => new(
        new ApiParameter(name, place, "", IsRequired: place == "path", JsonElement.Parse("{}"), EmbeddedSchema.Compile(name, JsonElement.Parse("{}"))),
        new FieldBinding(FieldPointer.Read(name), default));
}
