using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>The schema in a CustomResourceDefinition, applied strictly: what it does not name is refused, where an API server would drop it in silence.</summary>
internal sealed class StructuralSchema
{
    // What says nothing about a value, or is checked by other means.
    private static readonly string[] Remarks = ["description", "default", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations", "x-kubernetes-int-or-string"];

    private readonly YamlMappingNode _schema;

    public StructuralSchema(string customResourceDefinition) =>
        _schema = (YamlMappingNode)Yaml.Read(customResourceDefinition)[0].At("spec.versions.0.schema.openAPIV3Schema")!;

    /// <summary>Everything that is wrong with a document; what <c>metadata</c> may have is known to Kubernetes' own types.</summary>
    public IReadOnlyList<string> Problems(YamlNode document)
    {
        var problems = new List<string>();
        Walk(_schema, document, "", problems);
        return problems;
    }

    private static void Walk(YamlMappingNode schema, YamlNode value, string path, List<string> problems)
    {
        foreach (var (key, rule) in schema.Children.Select(entry => (((YamlScalarNode)entry.Key).Value!, entry.Value)).OrderBy(entry => entry.Item1, StringComparer.Ordinal))
        {
            var text = (rule as YamlScalarNode)?.Value;
            var scalar = (value as YamlScalarNode)?.Value ?? "";
            var problem = key switch
            {
                "type" => text == Yaml.TypeOf(value) || (text, Yaml.TypeOf(value)) is ("number", "integer") ? null : $"is {Yaml.TypeOf(value)}, not {text}",
                "anyOf" => ((YamlSequenceNode)rule).Any(choice => choice.Text("type") == Yaml.TypeOf(value)) ? null : "is of no type that is allowed",
                "enum" => ((YamlSequenceNode)rule).Any(choice => ((YamlScalarNode)choice).Value == scalar) ? null : $"is '{scalar}', none of {rule}",
                "minimum" => Number(scalar) >= Number(text!) ? null : $"is {scalar}, below {text}",
                "maximum" => Number(scalar) <= Number(text!) ? null : $"is {scalar}, above {text}",
                "minLength" => scalar.Length >= Number(text!) ? null : "is too short",
                "maxLength" => scalar.Length <= Number(text!) ? null : "is too long",
                "minItems" => value is YamlSequenceNode list && list.Children.Count >= Number(text!) ? null : "has too few items",
                "pattern" => Regex.IsMatch(scalar, text!) ? null : $"is '{scalar}', which does not match {text}",
                "format" => Fits(scalar, text!) ? null : $"is '{scalar}', no {text}",
                "required" => ((YamlSequenceNode)rule).OfType<YamlScalarNode>().FirstOrDefault(field => value.At(field.Value!) is null) is { } missing ? $"lacks {missing.Value}" : null,
                "properties" or "additionalProperties" or "items" => null,
                _ => Remarks.Contains(key) ? null : throw new NotSupportedException($"The schema says '{key}' of {path}, which this test does not check."),
            };
            if (problem is not null)
            {
                problems.Add($"{(path.Length == 0 ? "the document" : path)} {problem}");
            }
        }

        Descend(schema, value, path, problems);
    }

    private static void Descend(YamlMappingNode schema, YamlNode value, string path, List<string> problems)
    {
        if (value is YamlSequenceNode list)
        {
            foreach (var (index, item) in list.Children.Index())
            {
                Walk((YamlMappingNode)schema.At("items")!, item, $"{path}[{index}]", problems);
            }
        }

        if (value is not YamlMappingNode map || path == ".metadata")
        {
            return;
        }

        foreach (var (key, field) in map.Children.Select(entry => (((YamlScalarNode)entry.Key).Value!, entry.Value)))
        {
            var known = schema.Children.TryGetValue("properties", out var properties) && ((YamlMappingNode)properties).Children.TryGetValue(key, out var property)
                ? property
                : schema.At("additionalProperties");
            if (known is YamlMappingNode inner)
            {
                Walk(inner, field, $"{path}.{key}", problems);
            }
            else
            {
                problems.Add($"{path}.{key} is unknown");
            }
        }
    }

    private static bool Fits(string text, string format) => format switch
    {
        "int32" => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "int64" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        _ => throw new NotSupportedException($"Format '{format}' is not checked by this test."),
    };

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
