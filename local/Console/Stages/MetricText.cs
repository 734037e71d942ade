using System.Globalization;
using System.Text.RegularExpressions;

namespace Millrace.Local;

/// <summary>Reads the text format of Prometheus, as far as the console needs it; what is none of it is passed over.</summary>
internal static partial class MetricText
{
    /// <summary>The samples of some metrics.</summary>
    public static IEnumerable<MetricSample> Read(string page, params string[] names)
    {
        foreach (var line in page.Split('\n'))
        {
            if (Array.Exists(names, name => line.StartsWith(name, StringComparison.Ordinal)) && Line().Match(line) is { Success: true } match && names.Contains(match.Groups["name"].Value)
                && Value(match.Groups["value"].Value) is { } value)
            {
                var labels = new Dictionary<string, string>();
                foreach (Match label in Label().Matches(match.Groups["labels"].Value))
                {
                    labels[label.Groups["name"].Value] = label.Groups["value"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
                }

                yield return new MetricSample(match.Groups["name"].Value, labels, value);
            }
        }
    }

    /// <summary>A number as the format writes it; null where it is none.</summary>
    public static double? Value(string text) => text == "+Inf" ? double.PositiveInfinity : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex("""^(?<name>[A-Za-z_:][A-Za-z0-9_:]*)(\{(?<labels>([^"}]|"([^"\\]|\\.)*")*)\})? (?<value>\S+)""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex("""(?<name>[A-Za-z_][A-Za-z0-9_]*)="(?<value>([^"\\]|\\.)*)"(,|$)""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
