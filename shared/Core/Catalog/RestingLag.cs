namespace Millrace.Core;

/// <summary>The lag that topics keep at rest: the markers of transactions behind their last event, which no consumer commits, and KEDA counts.</summary>
/// <remarks>
/// A transaction leaves a marker in each partition that it wrote to. An exactly-once stage has a transactional producer for each
/// partition that it reads, so that many transactions may end at once, and as many markers stand one after another at the end
/// of a partition. Streams that no stage writes have none, as far as the catalog knows.
/// </remarks>
public static class RestingLag
{
    /// <summary>The most that a topic of a stream can keep: as many events may wait in it while the stage that reads it has no replica.</summary>
    /// <param name="catalog">The stages that may write the stream.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="partitions">How many partitions every topic has, where a run has made all alike; null is what the catalog says.</param>
    public static long Of(StageCatalog catalog, StreamDefinition stream, int? partitions = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return (partitions ?? stream.Partitions) * MarkersPerPartition(catalog, stream, partitions);
    }

    /// <summary>The most that a topic which a stage reads can keep.</summary>
    /// <remarks>None is kept by that of replays: behind the marker of a request there is a record, see <see cref="ReplayStamp.EndHeader"/>. So that one event is enough to wake a stage.</remarks>
    /// <param name="catalog">The stages that may write the stream.</param>
    /// <param name="stage">Who reads it.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many partitions every topic has, where a run has made all alike; null is what the catalog says.</param>
    public static long Of(StageCatalog catalog, StageDefinition stage, string topic, int? partitions = null)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.InputOfTopic(topic) is { } stream ? Of(catalog, stream, partitions) : 0;
    }

    /// <summary>How many markers may stand one after another at the end of a partition: one for each transactional producer that writes the stream.</summary>
    /// <param name="catalog">The stages that may write the stream.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="partitions">How many partitions every topic has, where a run has made all alike; null is what the catalog says.</param>
    public static long MarkersPerPartition(StageCatalog catalog, StreamDefinition stream, int? partitions = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(stream);
        return catalog.Stages
            .Where(stage => stage.Options.Delivery == Delivery.ExactlyOnce && Writes(stage, stream.Name))
            .Sum(stage => stage.Inputs.Sum(input => (long)input.Topics.Count * (partitions ?? input.Partitions)));
    }

    private static bool Writes(StageDefinition stage, string stream) =>
        stage.ErrorStream.Name == stream || stage.Outputs.Any(output => output.Stream.Name == stream);
}
