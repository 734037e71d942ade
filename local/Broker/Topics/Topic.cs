using System.Collections.Immutable;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Topics;

/// <summary>A topic as it is at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">What tells it from a later one of the same name.</param>
/// <param name="Overrides">Its own settings.</param>
/// <param name="Partitions">Its partitions.</param>
internal sealed record Topic(string Name, Guid Id, ImmutableSortedDictionary<string, string> Overrides, ImmutableArray<PartitionLog> Partitions);
