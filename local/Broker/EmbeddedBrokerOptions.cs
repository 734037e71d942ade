using System.ComponentModel.DataAnnotations;

namespace Millrace.Broker;

/// <summary>What can be configured about an <see cref="EmbeddedBroker"/>.</summary>
public sealed class EmbeddedBrokerOptions
{
    /// <summary>How long a consumer group that forms waits for further members before it assigns partitions.</summary>
    /// <remarks>Zero assigns to the first member at once: a second one that joins later costs a rebalance.</remarks>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan GroupFormationDelay { get; set; } = TimeSpan.Zero;
}
