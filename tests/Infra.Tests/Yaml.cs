using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>YAML as Kubernetes reads it: what is quoted is a text, what is not may be something else.</summary>
internal static partial class Yaml
{
    /// <summary>The documents of a text.</summary>
    public static IReadOnlyList<YamlMappingNode> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    public static string Write(YamlNode node)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(node)).Save(text, assignAnchors: false);
        return text.ToString().Replace("\n...", "", StringComparison.Ordinal);
    }

    /// <summary>What is at a path such as <c>spec.triggers.0.metadata</c>; null where nothing is.</summary>
    public static YamlNode? At(this YamlNode node, string path)
    {
        YamlNode? at = node;
        foreach (var step in path.Split('.'))
        {
            at = at switch
            {
                YamlMappingNode map => map.Children.TryGetValue(step, out var value) ? value : null,
                YamlSequenceNode list => int.Parse(step, CultureInfo.InvariantCulture) is var index && index < list.Children.Count ? list.Children[index] : null,
                _ => null,
            };
        }

        return at;
    }

    /// <summary>The scalar at a path.</summary>
    public static string? Text(this YamlNode node, string path) => (node.At(path) as YamlScalarNode)?.Value;

    public static int Number(this YamlNode node, string path) => int.Parse(node.Text(path)!, CultureInfo.InvariantCulture);

    /// <summary>The items of a list at a path; none where there is none.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode node, string path) => (node.At(path) as YamlSequenceNode)?.Children ?? Enumerable.Empty<YamlNode>();

    public static string Kind(this YamlNode node) => node.Text("kind") ?? "";

    public static string Name(this YamlNode node) => node.Text("metadata.name") ?? "";

    /// <summary>What a scalar is, in the words of JSON Schema.</summary>
    public static string TypeOf(YamlNode node) => node switch
    {
        YamlMappingNode => "object",
        YamlSequenceNode => "array",
        YamlScalarNode { Style: not (ScalarStyle.Plain or ScalarStyle.Any) } => "string",
        YamlScalarNode { Value: null or "" or "~" or "null" or "Null" or "NULL" } => "null",
        YamlScalarNode { Value: { } text } when Truth().IsMatch(text) => "boolean",
        YamlScalarNode { Value: { } text } when Integer().IsMatch(text) => "integer",
        YamlScalarNode { Value: { } text } when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "number",
        _ => "string",
    };

    // Of YAML 1.1, which Kubernetes reads: yes and no, on and off are truth values.
    [GeneratedRegex("^(true|false|yes|no|on|off|y|n)$", RegexOptions.IgnoreCase)]
    private static partial Regex Truth();

    [GeneratedRegex("^[-+]?([0-9]+|0x[0-9a-fA-F]+|0o[0-7]+)$")]
    private static partial Regex Integer();
}
