using System.Reflection;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Refuses stages of which an input would never be read: no function names it, or the host is told to run only some of the stage's functions.</summary>
/// <remarks>Attributes are read by their names, so that it does not matter which host stands behind them.</remarks>
internal static class FunctionCheck
{
    private const string Filter = "AzureFunctionsJobHost:functions";

    /// <exception cref="CatalogException">A function is missing, or left out.</exception>
    public static void Require(StageDefinition stage, Assembly app, IConfiguration configuration)
    {
        var topics = Topics(app);
        var names = StageFunctions.NamesOf(stage);

        // A stage without any function may be fed by something else, as in tests.
        var own = topics.Where(function => function.Topic.StartsWith($"%Stages:{stage.Name}:", StringComparison.OrdinalIgnoreCase)).ToList();
        for (var input = 0; own.Count > 0 && input < names.Count; input++)
        {
            var setting = StageFunctions.TopicsSetting(stage, input);
            if (!own.Exists(function => function.Name == names[input] && string.Equals(function.Topic, $"%{setting}%", StringComparison.OrdinalIgnoreCase)))
            {
                throw new CatalogException(
                    $"Stage {stage.Name} has {names.Count} inputs, and nothing reads {stage.Inputs[input].Name}: it needs [Function(\"{names[input]}\")] with [KafkaTrigger(…, \"%{setting}%\", …)], one function for each input. "
                    + $"It has {string.Join(", ", own.Select(function => $"{function.Name} on {function.Topic}"))}.");
            }
        }

        var filter = configuration.GetSection(Filter).GetChildren().Select(name => name.Value).ToList();
        if (own.Count > 0 && names.Any(name => filter.Contains(name, StringComparer.OrdinalIgnoreCase)) && names.FirstOrDefault(name => !filter.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } left)
        {
            throw new CatalogException($"The setting {Filter} names {string.Join(", ", filter)}, but not {left}: stage {stage.Name} has one function for each of its inputs, and all of them are needed: {string.Join(", ", names)}.");
        }
    }

    private static List<(string Name, string Topic)> Topics(Assembly app) =>
    [
        .. from type in app.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let function = Argument(method.GetCustomAttributesData(), "FunctionAttribute", 0)
           where function is not null
           from parameter in method.GetParameters()
           let topic = Argument(parameter.GetCustomAttributesData(), "KafkaTriggerAttribute", 1)
           where topic is not null
           select (function, topic),
    ];

    private static string? Argument(IEnumerable<CustomAttributeData> attributes, string name, int index) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name)?.ConstructorArguments[index].Value as string;
}
