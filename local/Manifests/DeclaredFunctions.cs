using System.Reflection;
using System.Text.RegularExpressions;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The functions of an assembly, as their attributes tell: which feed a stage, and which say how the process is.</summary>
/// <remarks>Attributes are told by their names, so that an assembly that is built against the real Functions packages can be read, too.</remarks>
internal sealed partial class DeclaredFunctions
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly List<Trigger> _triggers = [];
    private readonly Dictionary<string, string> _routes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads an assembly.</summary>
    public DeclaredFunctions(Assembly assembly)
        : this(assembly.GetTypes())
    {
    }

    /// <summary>Reads some types.</summary>
    public DeclaredFunctions(IEnumerable<Type> types)
    {
        foreach (var method in types.SelectMany(type => type.GetMethods(Declared)))
        {
            if (Attribute(method.CustomAttributes, "FunctionAttribute") is { ConstructorArguments: [{ Value: string name }] })
            {
                Read(name, method);
            }
        }
    }

    /// <summary>The functions that feed a stage, in the order of their names.</summary>
    /// <exception cref="CatalogException">There is none.</exception>
    public IReadOnlyList<string> Of(string stage) => TriggersOf(stage) is { Count: > 0 } triggers
        ? [.. triggers.Select(trigger => trigger.Function)]
        : throw new CatalogException($"Stage '{stage}' has no function: none has a Kafka trigger with ConsumerGroup '{stage}'. Consumer groups are {string.Join(", ", _triggers.Select(trigger => trigger.Group).Distinct())}.");

    /// <summary>The settings that the triggers of a stage's functions name in percent signs.</summary>
    public IReadOnlyList<string> SettingsOf(string stage) =>
        [.. TriggersOf(stage).SelectMany(trigger => trigger.Settings).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The function that answers an HTTP route; null where none does.</summary>
    public string? Answering(string route) => _routes.GetValueOrDefault(route);

    private List<Trigger> TriggersOf(string stage) =>
        [.. _triggers.Where(trigger => trigger.Group == stage).OrderBy(trigger => trigger.Function, StringComparer.Ordinal)];

    private void Read(string function, MethodInfo method)
    {
        foreach (var parameter in method.GetParameters())
        {
            if (Attribute(parameter.CustomAttributes, "KafkaTriggerAttribute") is { } kafka)
            {
                var texts = kafka.ConstructorArguments.Select(argument => argument.Value).Concat(kafka.NamedArguments.Select(argument => argument.TypedValue.Value)).OfType<string>();
                _triggers.Add(new Trigger(function, Named(kafka, "ConsumerGroup") ?? "", [.. texts.SelectMany(text => Setting().Matches(text)).Select(match => match.Groups[1].Value)]));
            }

            if (Attribute(parameter.CustomAttributes, "HttpTriggerAttribute") is { } http)
            {
                _routes[(Named(http, "Route") ?? function).Trim('/')] = function;
            }
        }
    }

    private static CustomAttributeData? Attribute(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name);

    private static string? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value as string;

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Setting();

    private sealed record Trigger(string Function, string Group, IReadOnlyList<string> Settings);
}
