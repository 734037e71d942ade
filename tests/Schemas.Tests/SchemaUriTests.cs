namespace Millrace.Schemas.Tests;

public sealed class SchemaUriTests
{
    [Theory]
    [InlineData("/error/2.1.0")]
    [InlineData("/mediawiki/page/change/1.3.0")]
    [InlineData("/a_b/c-d/latest")]
    public void Title_and_version_are_a_schema_uri(string uri) => Assert.True(SchemaUri.IsValid(uri));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/error")]
    [InlineData("error/2.1.0")]
    [InlineData("/error/")]
    [InlineData("//host/error/2.1.0")]
    [InlineData("/error//2.1.0")]
    [InlineData("/error/../../etc/passwd")]
    [InlineData("/error/..")]
    [InlineData("/error/./2.1.0")]
    [InlineData("/.git/config")]
    [InlineData("/error/%2e%2e/x")]
    [InlineData("/error\\2.1.0")]
    [InlineData("/error/2.1.0?x=1")]
    [InlineData("/error/2.1.0#x")]
    [InlineData("/error/2.1.0\n")]
    [InlineData("/error/2.1.0\0")]
    [InlineData("/ä/1.0.0")]
    [InlineData("http://example.org/error/2.1.0")]
    [InlineData("file:///etc/passwd")]
    [InlineData("C:/error/2.1.0")]
    public void Anything_else_is_none(string uri) => Assert.False(SchemaUri.IsValid(uri));

    [Fact]
    public void A_schema_uri_has_256_characters_at_most()
    {
        Assert.True(SchemaUri.IsValid($"/a/{new string('b', 253)}"));
        Assert.False(SchemaUri.IsValid($"/a/{new string('b', 254)}"));
    }
}
