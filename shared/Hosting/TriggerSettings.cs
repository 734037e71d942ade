using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>The settings that triggers name in percent signs, derived from the catalog: no topic stands in stage code.</summary>
public static class TriggerSettings
{
    /// <summary>For each function of a stage what <see cref="StageFunctions.TopicsSetting"/> names, unless it is set.</summary>
    /// <remarks>
    /// Several topics of one stream become a pattern such as <c>^(a|b)$</c>, which the client library subscribes to as one. Whoever
    /// sets the topics answers for them: what a stage is to read in a datacenter is checked only where it is derived.
    /// </remarks>
    /// <param name="catalog">The stages.</param>
    /// <param name="configuration">The host's settings.</param>
    /// <param name="datacenter">The datacenter that the host runs in; null where there is one only.</param>
    /// <exception cref="CatalogException">A stage would work on its events twice in this datacenter, or in two.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> For(StageCatalog catalog, IConfiguration configuration, string? datacenter = null)
    {
        foreach (var stage in catalog.Stages)
        {
            var inputsRead = StageFunctions.InputsOf(stage);
            for (var function = 0; function <= inputsRead; function++)
            {
                var name = StageFunctions.TopicsSetting(stage, function);
                if (configuration[name] is null && function == inputsRead)
                {
                    yield return new(name, stage.ReplayTopic);
                }
                else if (configuration[name] is null)
                {
                    var inputs = stage.Connector is null ? [stage.Inputs[function]] : stage.Inputs;
                    yield return new(name, Pattern([.. inputs.SelectMany(input => TopicsToRead(stage, input, catalog, datacenter))]));
                }
            }
        }
    }

    private static string[] TopicsToRead(StageDefinition stage, StreamDefinition input, StageCatalog catalog, string? datacenter)
    {
        var topics = stage.TopicsToRead(datacenter);
        if (datacenter is not null)
        {
            RequireOneOfEach(stage, topics, catalog);
        }

        return [.. topics.Intersect(input.Topics)];
    }

    // A stage that computes in each datacenter writes everything once for each: whoever reads all its topics has everything as often.
    private static void RequireOneOfEach(StageDefinition stage, IReadOnlyList<string> topics, StageCatalog catalog)
    {
        foreach (var input in stage.Inputs.Where(input => topics.Intersect(input.Topics).Count() > 1))
        {
            if (catalog.Stages.FirstOrDefault(other => other.Datacenters is { Mode: DatacenterMode.ActiveActive, Compute: ComputeMode.InEach } && other.Outputs.Any(output => output.Stream.Name == input.Name)) is { } doubled)
            {
                throw new CatalogException(
                    $"Stage {stage.Name} would read {string.Join(", ", input.Topics)}, each of which has all events of '{input.Name}', since {doubled.Name} computes them in each datacenter: " +
                    $"let {stage.Name} be active-active with compute single, or set Stages:{stage.Name}:Topics to one of them.");
            }
        }
    }

    private static string Pattern(string[] topics) =>
        topics.Length == 1 ? topics[0] : $"^({string.Join('|', topics.Select(Regex.Escape))})$";
}
