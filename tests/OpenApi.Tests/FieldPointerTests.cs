using System.Text.Json;
using Millrace.Core;

namespace Millrace.OpenApi.Tests;

public sealed class FieldPointerTests
{
    private static readonly JsonElement Value = JsonElement.Parse("""{ "a": { "b": 1, "c/d": 2, "e~f": 3, "g.h": 4 }, "list": [10, 20], "": 5 }""");

    [Theory]
    [InlineData("/a/b", "1")]
    [InlineData("a.b", "1")]
    [InlineData("/a/c~1d", "2")]
    [InlineData("/a/e~0f", "3")]
    [InlineData("/a/g.h", "4")]
    [InlineData("/list/1", "20")]
    [InlineData("list.0", "10")]
    public void It_leads_to_a_field(string text, string found) => Assert.Equal(found, FieldPointer.Read(text)!.In(Value).GetRawText());

    [Theory]
    [InlineData("/a/none")]
    [InlineData("/a/b/c")]
    [InlineData("/list/2")]
    [InlineData("/list/-1")]
    [InlineData("/list/99999999999")]
    [InlineData("/list/b")]
    public void It_leads_to_nothing_where_there_is_nothing(string text) => Assert.Equal(JsonValueKind.Undefined, FieldPointer.Read(text)!.In(Value).ValueKind);

    [Theory]
    [InlineData("a/b")]
    [InlineData("a~b")]
    [InlineData("/a//b")]
    [InlineData("/a~2b")]
    [InlineData("/a~")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("/")]
    public void A_text_that_is_no_pointer_is_none(string text) => Assert.Null(FieldPointer.Read(text));

    [Fact]
    public void Empty_is_the_whole() => Assert.Equal(Value.GetRawText(), FieldPointer.Read("")!.In(Value).GetRawText());

    [Fact]
    public void It_is_written_as_a_pointer() => Assert.Equal("/a/c~1d/e~0f", FieldPointer.Of(["a", "c/d", "e~f"]).Text);
}
