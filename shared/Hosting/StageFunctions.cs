using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>The functions that feed a stage: one for each of its input streams.</summary>
/// <remarks>
/// The Kafka extension of Azure Functions keeps the offsets of a batch by the number of their partition alone: of a function
/// that reads two topics, the host commits one offset for both partitions 0, that of the record which came last. The topic that
/// is quiet afterwards never seems to be read up, and a restart reads it again. So each input has a consumer of its own, in the
/// group of the stage. Several topics of one stream, such as those of two datacenters, still are one function's: there the
/// group's offsets may lag behind, and the checkpoints decide, as they always do. So it is with a connector, whose one function
/// reads all its streams: another stream is a line of configuration, and needs no code.
/// </remarks>
public static class StageFunctions
{
    /// <summary>The setting that lists the functions which a host runs, by number; without it, all of them.</summary>
    public const string Filter = "AzureFunctionsJobHost:functions";

    /// <summary>The settings by which a host runs the functions of this stage, and no others.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Only(StageDefinition stage) =>
        NamesOf(stage).Select((function, index) => KeyValuePair.Create($"{Filter}:{index}", (string?)function));

    /// <summary>The names of the functions, by input: that of the stage, and for further inputs <c>NAME_1</c>, <c>NAME_2</c>; a connector has one.</summary>
    public static IReadOnlyList<string> NamesOf(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Connector is not null ? [stage.Name] : [.. Enumerable.Range(0, stage.Inputs.Count).Select(input => input == 0 ? stage.Name : $"{stage.Name}_{input}")];
    }

    /// <summary>The setting that a function's trigger names in percent signs: <c>Stages:NAME:Topics</c>, with <c>:0</c>, <c>:1</c> behind it where there are several inputs.</summary>
    public static string TopicsSetting(StageDefinition stage, int input)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Inputs.Count == 1 || stage.Connector is not null ? $"Stages:{stage.Name}:Topics" : $"Stages:{stage.Name}:Topics:{input}";
    }
}
