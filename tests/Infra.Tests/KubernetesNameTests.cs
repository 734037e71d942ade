using Millrace.Core;
using Millrace.Local;

namespace Millrace.Infra.Tests;

public sealed class KubernetesNameTests
{
    [Theory]
    [InlineData("PageContentChange", "page-content-change")]
    [InlineData("HTTPIntake", "http-intake")]
    [InlineData("PageV2Change", "page-v2-change")]
    [InlineData("Http2Intake", "http2-intake")]
    [InlineData("WDQSUpdater", "wdqs-updater")]
    [InlineData("page_change.v1", "page-change-v1")]
    [InlineData("lower", "lower")]
    [InlineData("with.dots_and-dashes", "with-dots-and-dashes")]
    public void A_stage_has_the_name_of_its_words(string stage, string name) => Assert.Equal(name, KubernetesName.Of(stage));

    [Theory]
    [InlineData("_")]
    [InlineData("-Page")]
    [InlineData("Page.")]
    [InlineData("AStageWhoseNameIsSoLongThatNoLabelOfKubernetesCouldEverHoldItAll")]
    public void A_name_that_Kubernetes_would_not_take_is_refused(string stage) =>
        Assert.Contains($"'{stage}'", Assert.Throws<CatalogException>(() => KubernetesName.Of(stage)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_stages_of_one_name_are_refused() =>
        Assert.Equal(
            "The stages 'PageChange' and 'Page-Change' would both be 'page-change' in Kubernetes. Give one another name in the catalog.",
            Assert.Throws<CatalogException>(() => KubernetesName.Of(["PageChange", "Page-Change"])).Message);

    [Fact]
    public void A_stage_cannot_have_the_name_of_what_is_no_stage() =>
        Assert.Contains("the name of something that is no stage", Assert.Throws<CatalogException>(() => KubernetesName.Of(["MillraceKafka"], "millrace-kafka")).Message, StringComparison.Ordinal);
}
