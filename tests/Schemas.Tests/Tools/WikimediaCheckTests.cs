namespace Millrace.Schemas.Tests;

/// <summary>What the rules say about a repository in use: what there is to say, and nothing else.</summary>
public sealed class WikimediaCheckTests
{
    [CorpusFact]
    public void Each_rule_finds_what_there_is_to_find()
    {
        var result = SchemaCheck.Run(Repositories.WikimediaSchemas, compatibility: false);

        Assert.Equal(98, result.Schemas);
        Assert.Equal(
            [("examples", 1), ("map-and-properties", 3), ("object", 6), ("union-type", 18)],
            result.Findings.GroupBy(finding => finding.Rule.Name).Select(rule => (rule.Key, rule.Count())).OrderBy(rule => rule.Key, StringComparer.Ordinal));
        Assert.Equal((24, 4), (result.Errors, result.Warnings));
    }

    [CorpusFact]
    public void The_schemas_with_errors_are_those_that_no_table_can_have() =>
        Assert.Equal(
            [
                "change-prop/continue/1.0.0.yaml", "change-prop/retry/1.0.0.yaml", "mediawiki/job/1.0.0.yaml", "mediawiki/page/properties-change/1.0.0.yaml",
                "mediawiki/recentchange/1.0.0.yaml", "mediawiki/recentchange/1.0.1.yaml",
            ],
            SchemaCheck.Run(Repositories.WikimediaSchemas, compatibility: false).Findings.Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => finding.File).Distinct());

    [CorpusFact]
    public void Versions_that_broke_a_promise_are_found_with_the_place()
    {
        var broken = SchemaCheck.Run(Repositories.WikimediaSchemas, compatibility: true).Findings.Where(finding => finding.Rule == SchemaRule.Compatible);

        Assert.Equal(
            [
                ("fragment/common/1.1.0.yaml", "/additionalProperties"),
                ("fragment/http/1.2.0.yaml", "/properties/http/properties/client_ip"),
                ("fragment/mediawiki/state/change/page/1.2.0.yaml", "/required"),
                ("mediawiki/client/error/1.1.0.yaml", "/properties/http/properties/client_ip"),
                ("mediawiki/page/change/1.2.0.yaml", "/required"),
                ("mediawiki/page/prediction_classification_change/1.2.0.yaml", "/required"),
            ],
            broken.Select(finding => (finding.File, finding.Location)));
    }

    [Fact]
    public void Our_own_schemas_break_no_rule() => Assert.Empty(SchemaCheck.Run(Repositories.OwnSchemas, compatibility: true).Findings);
}
