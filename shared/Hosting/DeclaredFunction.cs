using System.Reflection;

namespace Millrace.Hosting;

/// <summary>A function as its attributes describe it, whichever package they come from: they are told by their names.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Class">The class that has the method.</param>
/// <param name="Kafka">What its Kafka trigger says, by the names of parameters and properties; null where it has none.</param>
/// <param name="Takes">The type of the parameter that the Kafka trigger feeds; null where it has none.</param>
/// <param name="Route">The route that it answers over HTTP, without slashes at its ends; null where it answers none.</param>
public sealed record DeclaredFunction(string Name, Type Class, IReadOnlyDictionary<string, object?>? Kafka, Type? Takes, string? Route)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The functions among the methods of classes.</summary>
    public static IReadOnlyList<DeclaredFunction> Among(IEnumerable<Type> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return
        [
            .. from type in classes
               from method in type.GetMethods(Declared)
               let function = Find(method.CustomAttributes, "FunctionAttribute")
               where function is not null
               select Read((string)function.ConstructorArguments[0].Value!, type, method.GetParameters()),
        ];
    }

    /// <summary>What the Kafka trigger says under a name; null where it says nothing.</summary>
    public string? Says(string name) => Kafka?.GetValueOrDefault(name)?.ToString();

    /// <summary>Whether it feeds a stage, by its name: that of the stage, with a number behind it for a further input, or with what stands for replays.</summary>
    public bool Feeds(string stage) =>
        Name == stage || Name == stage + StageFunctions.ReplaySuffix
        || (Name.StartsWith($"{stage}_", StringComparison.Ordinal) && Name.AsSpan(stage.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static DeclaredFunction Read(string name, Type type, ParameterInfo[] parameters)
    {
        var (kafka, fed) = Trigger(parameters, "KafkaTriggerAttribute");
        var (http, _) = Trigger(parameters, "HttpTriggerAttribute");
        return new DeclaredFunction(name, type, kafka, fed, http is null ? null : (http.GetValueOrDefault("Route") as string ?? name).Trim('/'));
    }

    private static (IReadOnlyDictionary<string, object?>? Says, Type? Takes) Trigger(ParameterInfo[] parameters, string attribute)
    {
        var fed = parameters.FirstOrDefault(parameter => Find(parameter.CustomAttributes, attribute) is not null);
        return fed is null ? (null, null) : (Read(Find(fed.CustomAttributes, attribute)!), fed.ParameterType);
    }

    private static CustomAttributeData? Find(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name);

    private static Dictionary<string, object?> Read(CustomAttributeData attribute)
    {
        var said = attribute.Constructor.GetParameters().Zip(attribute.ConstructorArguments)
            .ToDictionary(pair => pair.First.Name!, pair => pair.Second.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var named in attribute.NamedArguments)
        {
            said[named.MemberName] = named.TypedValue.ArgumentType.IsEnum
                ? Enum.ToObject(named.TypedValue.ArgumentType, named.TypedValue.Value!)
                : named.TypedValue.Value;
        }

        return said;
    }
}
