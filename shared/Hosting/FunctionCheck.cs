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
        for (var place = 0; own.Count > 0 && place < names.Count; place++)
        {
            var setting = StageFunctions.TopicsSetting(stage, place);
            if (!own.Exists(function => function.Name == names[place] && string.Equals(function.Says("Topic"), $"%{setting}%", StringComparison.OrdinalIgnoreCase)))
            {
                throw new CatalogException(
                    $"Stage {stage.Name} has {StageFunctions.InputsOf(stage)} inputs and events that are replayed, and nothing reads {(place < StageFunctions.InputsOf(stage) ? stage.Inputs[place].Name : stage.ReplayTopic)}: "
                    + $"it needs [Function(\"{names[place]}\")] with [KafkaTrigger(…, \"%{setting}%\", …)], one function for each. "
                    + $"It has {string.Join(", ", own.Select(function => $"{function.Name} on {function.Says("Topic")}"))}.");
            }
        }

        var filter = Filter(configuration);
        if (own.Count > 0 && names.Any(name => filter.Contains(name, StringComparer.OrdinalIgnoreCase)) && names.FirstOrDefault(name => !filter.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } left)
        {
            throw new CatalogException($"The setting {StageFunctions.Filter} names {string.Join(", ", filter)}, but not {left}: stage {stage.Name} has one function for each of its inputs and one for replays, and all of them are needed: {string.Join(", ", names)}.");
        }
    }

    /// <summary>Whether the host runs a stage's functions, and does not leave them to others.</summary>
    public static bool Runs(StageDefinition stage, IConfiguration configuration) =>
        Filter(configuration) is not { Count: > 0 } filter || StageFunctions.NamesOf(stage).Any(name => filter.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static List<string?> Filter(IConfiguration configuration) => [.. configuration.GetSection(StageFunctions.Filter).GetChildren().Select(name => name.Value)];
}
