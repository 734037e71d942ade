using System.Text.RegularExpressions;

namespace Millrace.Telemetry.Tests;

/// <summary>The metrics and labels that an expression of PromQL names.</summary>
/// <param name="Selectors">Each metric with the labels that its braces name.</param>
/// <param name="Grouping">The labels behind by, on and their like.</param>
internal sealed partial record PromExpression(IReadOnlyList<(string Metric, IReadOnlyList<string> Labels)> Selectors, IReadOnlyList<string> Grouping)
{
    private static readonly HashSet<string> Words =
    [
        "sum", "max", "min", "avg", "count", "topk", "rate", "increase", "delta", "histogram_quantile", "min_over_time", "max_over_time", "clamp_min", "clamp_max", "time", "vector",
        "and", "or", "unless", "by", "on", "without", "ignoring", "group_left", "group_right", "bool", "label_values",
    ];

    public static PromExpression Parse(string expression)
    {
        var rest = Range().Replace(expression, "");
        rest = LabelValues().Replace(rest, match => $"{match.Groups[1].Value} by ({match.Groups[2].Value})");
        var grouping = Group().Matches(rest).SelectMany(group => Name().Matches(group.Groups[1].Value)).Select(name => name.Value).ToList();
        rest = Group().Replace(rest, "");
        var selectors = new List<(string, IReadOnlyList<string>)>();
        foreach (Match selector in Selector().Matches(rest))
        {
            if (!Words.Contains(selector.Groups[1].Value))
            {
                selectors.Add((selector.Groups[1].Value, [.. Matcher().Matches(selector.Groups[2].Value).Select(matcher => matcher.Groups[1].Value)]));
            }
        }

        return new PromExpression(selectors, grouping);
    }

    /// <summary>What it names that a page does not have.</summary>
    public IEnumerable<string> MissingFrom(ScrapedPage page)
    {
        foreach (var (metric, labels) in Selectors)
        {
            if (!page.Has(metric))
            {
                yield return metric;
                continue;
            }

            foreach (var label in labels.Concat(Grouping).Where(label => !page.LabelsOf(metric).Contains(label)))
            {
                yield return $"{metric}{{{label}}}";
            }
        }
    }

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"label_values\(([^,]+),\s*(\w+)\)")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Group();

    [GeneratedRegex(@"[a-zA-Z_]\w*")]
    private static partial Regex Name();

    [GeneratedRegex("""([a-zA-Z_:][\w:]*)(\{(?:[^"}]|"[^"]*")*\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex("""(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"?""")]
    private static partial Regex Matcher();
}
