using Millrace.Broker.Storage;

namespace Millrace.Broker.Topics;

/// <summary>Where the partitions of topics are: below a directory, or in memory.</summary>
/// <remarks>The directory of a topic has its id in its name, so that a topic that is created anew never finds what an earlier one has left.</remarks>
internal sealed class TopicVolumes(DataDirectory? directory)
{
    /// <summary>The directory of all topics.</summary>
    public const string Root = "topics";
    private const int NameLength = 200;

    /// <summary>The volume of a partition.</summary>
    public ILogVolume Open(string topic, Guid id, int partition) =>
        directory is null ? new MemoryVolume($"{topic}-{partition}") : directory.Volume($"{Root}/{Of(topic, id)}/{partition}");

    /// <summary>Deletes what is left of a topic whose partitions are deleted.</summary>
    public void Delete(string topic, Guid id)
    {
        if (directory is not null && Path.Combine(directory.Path, Root, Of(topic, id)) is var left && Directory.Exists(left))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    /// <summary>Deletes the topics that are not among these: their deletion, or their creation, was interrupted.</summary>
    public void DeleteAllBut(IEnumerable<(string Name, Guid Id)> topics)
    {
        if (directory is not null && Path.Combine(directory.Path, Root) is var root && Directory.Exists(root))
        {
            var known = topics.Select(topic => Of(topic.Name, topic.Id)).ToHashSet(StringComparer.Ordinal);
            foreach (var left in Directory.GetDirectories(root).Where(found => !known.Contains(Path.GetFileName(found))))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    private static string Of(string topic, Guid id) => $"{topic[..Math.Min(topic.Length, NameLength)]}.{id:N}";
}
