using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Millrace.Telemetry.Tests;

/// <summary>Dashboards and alert rules against what the running app really shows: a metric or label that was renamed fails here.</summary>
[Collection(OneApp.Name)]
public sealed partial class DashboardTests(TelemetryApp app)
{
    // Only a process that is fenced shows it, and no app fences itself.
    private const string Rare = "millrace_kafka_session_fencings_total";

    private static string Infra => Path.Combine(RepositoryRoot, "infra");

    public static TheoryData<string> Dashboards => [.. Directory.GetFiles(Path.Combine(Infra, "grafana"), "*.json").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void A_dashboard_asks_only_for_metrics_and_labels_that_there_are(string file)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Infra, "grafana", file)));
        var asked = Strings(dashboard.RootElement).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, expression => AssertKnown(expression));
    }

    [Fact]
    public void An_alert_asks_only_for_metrics_and_labels_that_there_are() => Assert.All(Rules(), rule => AssertKnown(Text(rule, "expr")));

    [Fact]
    public void An_alert_shows_only_labels_that_its_expression_keeps() => Assert.All(Rules(), rule =>
    {
        var kept = PromExpression.Parse(Text(rule, "expr")).Grouping;
        Assert.Empty(ShownLabel().Matches(Text(Child(rule, "annotations"), "summary")).Select(label => label.Groups[1].Value).Except(kept));
    });

    [Fact]
    public void An_alert_has_a_severity_and_a_chapter_of_the_runbook()
    {
        var chapters = File.ReadLines(Path.Combine(Infra, "alerts", "RUNBOOK.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..].Trim()).ToList();

        Assert.All(Rules(), rule =>
        {
            Assert.Contains(Text(Child(rule, "labels"), "severity"), (string[])["critical", "warning"]);
            Assert.Matches(@"^\d+m$", Text(rule, "for"));
            var name = Text(rule, "alert");
            Assert.Equal($"infra/alerts/RUNBOOK.md#{name.ToLowerInvariant()}", Text(Child(rule, "annotations"), "runbook_url"));
            Assert.Contains(name, chapters);
        });
        Assert.Equal(chapters, Rules().Select(rule => Text(rule, "alert")));
    }

    [Theory]
    [InlineData("rate(millrace_stage_events_gone_total[5m])", "millrace_stage_events_gone_total")]
    [InlineData("sum by (stage) (rate(millrace_stage_events_taken_total[5m]))", "millrace_stage_events_taken_total{stage}")]
    [InlineData("""millrace_stage_checkpoint{topic="x"}""", "millrace_stage_checkpoint{topic}")]
    [InlineData("label_values(millrace_stage_checkpoint, stage)", "millrace_stage_checkpoint{stage}")]
    public void A_name_that_there_is_not_is_found(string expression, string missing) => Assert.Equal([missing], PromExpression.Parse(expression).MissingFrom(app.Page));

    private static string RepositoryRoot
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "Functions.sln")))
            {
                directory = directory.Parent;
            }

            return directory.FullName;
        }
    }

    private void AssertKnown(string expression)
    {
        var parsed = PromExpression.Parse(expression);
        Assert.NotEmpty(parsed.Selectors);
        var missing = parsed.MissingFrom(app.Page).Where(name => name != Rare).ToList();
        Assert.True(missing.Count == 0, $"{expression}\nnames what there is not: {string.Join(", ", missing)}");
    }

    // Queries of panels, and of the variables on top.
    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("type", out var type) && type.ValueEquals("datasource") => [],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field =>
            field is { Name: "expr" or "query", Value.ValueKind: JsonValueKind.String } ? [field.Value.GetString()!] : Strings(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        _ => [],
    };

    private static List<YamlMappingNode> Rules()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Infra, "alerts", "millrace.yaml"))));
        var rules = ((YamlSequenceNode)((YamlMappingNode)yaml.Documents[0].RootNode)["groups"]).SelectMany(group => (YamlSequenceNode)group["rules"]).Cast<YamlMappingNode>().ToList();
        Assert.NotEmpty(rules);
        return rules;
    }

    private static YamlMappingNode Child(YamlMappingNode node, string key) => (YamlMappingNode)node[key];

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex ShownLabel();
}
