using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>Which functions of the app feed a stage: those of the classes that take its <see cref="StageTrigger{TStage}"/>.</summary>
internal static class StageFunctions
{
    // By name, since only triggers know the host's API.
    private const string FunctionAttribute = "FunctionAttribute";

    /// <summary>The names of a stage's functions; none where the app has no such stage.</summary>
    public static IReadOnlyList<string> Of(string stage) =>
    [
        .. typeof(Functions.Program).Assembly.GetTypes()
            .Where(type => type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Any(parameter => Feeds(parameter.ParameterType, stage)))
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType.Name == FunctionAttribute)
            .Select(attribute => (string)attribute.ConstructorArguments[0].Value!),
    ];

    private static bool Feeds(Type type, string stage) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(StageTrigger<>) && type.GenericTypeArguments[0].Name == stage;
}
