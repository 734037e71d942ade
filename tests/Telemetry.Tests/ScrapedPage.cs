using System.Globalization;
using System.Text.RegularExpressions;

namespace Millrace.Telemetry.Tests;

/// <summary>A page in Prometheus's text format; a line that is none of that format is an error.</summary>
internal sealed partial class ScrapedPage
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples = [];

    private ScrapedPage(string text) => Text = text;

    public string Text { get; }

    public IEnumerable<string> Names => _samples.Select(sample => sample.Name).Distinct();

    /// <summary>The kinds of metrics (counter, gauge, histogram) by their names.</summary>
    public Dictionary<string, string> Types { get; } = [];

    public static ScrapedPage Parse(string text)
    {
        var page = new ScrapedPage(text);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.True(page.Types.TryAdd(type.Groups[1].Value, type.Groups[2].Value), $"A second type for {type.Groups[1].Value}");
            }
            else if (!line.StartsWith('#'))
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, $"No line of the format: {line}");
                var labels = Label().Matches(sample.Groups[2].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);
                page._samples.Add((sample.Groups[1].Value, labels, double.Parse(sample.Groups[3].Value.Replace("+Inf", "∞", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
            }
        }

        return page;
    }

    public bool Has(string name) => _samples.Exists(sample => sample.Name == name);

    public IReadOnlySet<string> LabelsOf(string name) => _samples.Where(sample => sample.Name == name).SelectMany(sample => sample.Labels.Keys).ToHashSet();

    public IReadOnlySet<string> ValuesOf(string name, string label) => _samples.Where(sample => sample.Name == name && sample.Labels.ContainsKey(label)).Select(sample => sample.Labels[label]).ToHashSet();

    public double Sum(string name, params (string Label, string Value)[] where) =>
        _samples.Where(sample => sample.Name == name && where.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value)).Sum(sample => sample.Value);

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped|unknown|info)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})? (-?[\d.eE+-]+|[+-]Inf|NaN)(?: \d+(?:\.\d+)?)?$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)["]""")]
    private static partial Regex Label();
}
