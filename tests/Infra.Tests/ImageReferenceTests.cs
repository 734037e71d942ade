using Millrace.Local;

namespace Millrace.Infra.Tests;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("millrace:1.2", "millrace", "1.2", null)]
    [InlineData("registry.example:5000/team/millrace:v1_x", "registry.example:5000/team/millrace", "v1_x", null)]
    [InlineData($"registry.example/millrace@{Digest}", "registry.example/millrace", null, Digest)]
    public void A_name_with_a_version_is_read(string text, string name, string? tag, string? digest) =>
        Assert.Equal(new ImageReference(name, tag, digest), ImageReference.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("millrace")]
    [InlineData("registry.example:5000/millrace")]
    [InlineData("Millrace:1")]
    [InlineData("millrace:")]
    [InlineData("millrace:1 2")]
    [InlineData("millrace:1\n")]
    [InlineData("millrace@sha256:12")]
    [InlineData("https://registry.example/millrace:1")]
    public void What_names_no_version_is_none(string text) => Assert.Null(ImageReference.Parse(text));
}
