namespace Millrace.Local.Tests;

public sealed class DeploymentNameTests
{
    [Theory]
    [InlineData("PageContentChange", "page-content-change")]
    [InlineData("PageChange", "page-change")]
    [InlineData("WDQSUpdater", "wdqs-updater")]
    [InlineData("Http2Intake", "http2-intake")]
    [InlineData("page_change.v1", "page-change-v1")]
    public void A_stage_is_deployed_by_its_name_in_kebab_case(string stage, string name) => Assert.Equal(name, DeploymentName.Of(stage));
}
