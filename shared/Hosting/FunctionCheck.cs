using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Refuses stages of which an input would never be read: no function names it, or the host is told to run only some of the stage's functions.</summary>
internal static class FunctionCheck
{
    /// <exception cref="CatalogException">A function is missing, or left out.</exception>
    public static void Require(StageDefinition stage, IReadOnlyList<DeclaredFunction> functions, IConfiguration configuration)
    {
        var names = StageFunctions.NamesOf(stage);

        // A stage without any function may be fed by something else, as in tests.
        var own = functions.Where(function => function.Says("Topic")?.StartsWith($"%Stages:{stage.Name}:", StringComparison.OrdinalIgnoreCase) == true).ToList();
        for (var input = 0; own.Count > 0 && input < names.Count; input++)
        {
            var setting = StageFunctions.TopicsSetting(stage, input);
            if (!own.Exists(function => function.Name == names[input] && string.Equals(function.Says("Topic"), $"%{setting}%", StringComparison.OrdinalIgnoreCase)))
            {
                throw new CatalogException(
                    $"Stage {stage.Name} has {names.Count} inputs, and nothing reads {stage.Inputs[input].Name}: it needs [Function(\"{names[input]}\")] with [KafkaTrigger(…, \"%{setting}%\", …)], one function for each input. "
                    + $"It has {string.Join(", ", own.Select(function => $"{function.Name} on {function.Says("Topic")}"))}.");
            }
        }

        var filter = Filter(configuration);
        if (own.Count > 0 && names.Any(name => filter.Contains(name, StringComparer.OrdinalIgnoreCase)) && names.FirstOrDefault(name => !filter.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } left)
        {
            throw new CatalogException($"The setting {StageFunctions.Filter} names {string.Join(", ", filter)}, but not {left}: stage {stage.Name} has one function for each of its inputs, and all of them are needed: {string.Join(", ", names)}.");
        }
    }

    /// <summary>Whether the host runs a stage's functions, and does not leave them to others.</summary>
    public static bool Runs(StageDefinition stage, IConfiguration configuration) =>
        Filter(configuration) is not { Count: > 0 } filter || StageFunctions.NamesOf(stage).Any(name => filter.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static List<string?> Filter(IConfiguration configuration) => [.. configuration.GetSection(StageFunctions.Filter).GetChildren().Select(name => name.Value)];
}
