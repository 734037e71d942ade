using Millrace.Broker.Storage;

namespace Millrace.Broker.Topics;

/// <summary>Where the partitions of topics are: below a directory, or in memory.</summary>
/// <remarks>The directory of a topic has its id in its name, so that a topic that is created anew never finds what an earlier one has left.</remarks>
internal sealed class TopicVolumes(string? directory)
{
    private const int NameLength = 200;
    private readonly OpenFiles _openFiles = new();

    /// <summary>The volume of a partition.</summary>
    public ILogVolume Open(string topic, Guid id, int partition) =>
        directory is null ? new MemoryVolume($"{topic}-{partition}") : new DiskVolume(Path.Combine(Of(topic, id), $"{partition}"), _openFiles);

    /// <summary>Deletes what is left of a topic whose partitions are deleted.</summary>
    public void Delete(string topic, Guid id)
    {
        if (directory is not null && Directory.Exists(Of(topic, id)))
        {
            Directory.Delete(Of(topic, id), recursive: true);
        }
    }

    /// <summary>Deletes the topics that are not among these: their deletion, or their creation, was interrupted.</summary>
    public void DeleteAllBut(IEnumerable<(string Name, Guid Id)> topics)
    {
        if (directory is not null && Directory.Exists(directory))
        {
            foreach (var left in Directory.GetDirectories(directory).Except(topics.Select(topic => Of(topic.Name, topic.Id)), StringComparer.Ordinal))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    private string Of(string topic, Guid id) => Path.Combine(directory!, $"{topic[..Math.Min(topic.Length, NameLength)]}.{id:N}");
}
