using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>The functions that feed a stage: one for each of its input streams, and one for events that are replayed.</summary>
/// <remarks>
/// The Kafka extension of Azure Functions keeps the offsets of a batch by the number of their partition alone: of a function
/// that reads two topics, the host commits one offset for both partitions 0, that of the record which came last. The topic that
/// is quiet afterwards never seems to be read up, and a restart reads it again. So each input has a consumer of its own, in the
/// group of the stage, and so has the topic of replays, which the build writes a function for; where that topic does not exist,
/// that consumer says so when it starts, and waits, and the others do not mind. Several topics of one stream, such
/// as those of two datacenters, still are one function's: there the group's offsets may lag behind, and the checkpoints decide,
/// as they always do. So it is with a connector, whose one function reads all its streams: another stream is a line of
/// configuration, and needs no code.
/// </remarks>
public static class StageFunctions
{
    /// <summary>The setting that lists the functions which a host runs, by number; without it, all of them.</summary>
    public const string Filter = "AzureFunctionsJobHost:functions";

    /// <summary>What stands behind a stage's name in that of the function that is given its replays.</summary>
    public const string ReplaySuffix = "_replay";

    /// <summary>The settings by which a host runs the functions of this stage, and no others.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Only(StageDefinition stage) =>
        NamesOf(stage).Select((function, index) => KeyValuePair.Create($"{Filter}:{index}", (string?)function));

    /// <summary>The names of the functions: that of the stage, for further inputs <c>NAME_1</c>, <c>NAME_2</c> (a connector has one for all), and last <c>NAME_replay</c>.</summary>
    public static IReadOnlyList<string> NamesOf(StageDefinition stage) =>
        [.. Enumerable.Range(0, InputsOf(stage)).Select(input => input == 0 ? stage.Name : $"{stage.Name}_{input}"), $"{stage.Name}{ReplaySuffix}"];

    /// <summary>How many of the functions read inputs: all but the last.</summary>
    public static int InputsOf(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Connector is null ? stage.Inputs.Count : 1;
    }

    /// <summary>
    /// The setting that a function's trigger names in percent signs: <c>Stages:NAME:Topics</c>, with <c>:0</c>, <c>:1</c> behind it
    /// where there are several inputs; for replays <c>Stages:NAME:Replay</c>, which is the topic of that name always.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="function">The function's place among <see cref="NamesOf"/>.</param>
    public static string TopicsSetting(StageDefinition stage, int function) => InputsOf(stage) is var inputs && function == inputs ? $"Stages:{stage.Name}:Replay"
        : stage.Connector is not null || inputs == 1 ? $"Stages:{stage.Name}:Topics"
        : $"Stages:{stage.Name}:Topics:{function}";
}
