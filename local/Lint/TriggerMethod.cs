using System.Reflection;

namespace Millrace.Local;

/// <summary>A function as its attributes describe it, whichever package they come from.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Class">The class that has the method.</param>
/// <param name="Trigger">What its Kafka trigger says, by the names of parameters and properties; null where it has none.</param>
/// <param name="Takes">The type of the parameter that the trigger feeds.</param>
internal sealed record TriggerMethod(string Function, Type Class, IReadOnlyDictionary<string, object?>? Trigger, Type? Takes)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The functions among the methods of classes.</summary>
    public static IReadOnlyList<TriggerMethod> Among(IEnumerable<Type> classes) =>
    [
        .. from type in classes
           from method in type.GetMethods(Declared)
           let function = Find(method.CustomAttributes, "FunctionAttribute")
           where function is not null
           let fed = method.GetParameters().FirstOrDefault(parameter => Find(parameter.CustomAttributes, "KafkaTriggerAttribute") is not null)
           select new TriggerMethod((string)function.ConstructorArguments[0].Value!, type, fed is null ? null : Read(fed), fed?.ParameterType),
    ];

    /// <summary>What the trigger says under a name; null where it says nothing.</summary>
    public string? Says(string name) => Trigger?.GetValueOrDefault(name)?.ToString();

    private static CustomAttributeData? Find(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name);

    private static Dictionary<string, object?> Read(ParameterInfo parameter)
    {
        var attribute = Find(parameter.CustomAttributes, "KafkaTriggerAttribute")!;
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
