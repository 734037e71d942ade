using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Millrace.Broker;

/// <summary>How an <see cref="EmbeddedBroker"/> runs.</summary>
public sealed class EmbeddedBrokerOptions
{
    // What Kafka's setting can say at most: 2,147,483,647 minutes.
    internal static readonly TimeSpan LongestOffsetRetention = TimeSpan.FromMinutes(int.MaxValue);

    /// <summary>Where everything is kept; it is made if it is not there. Null keeps it in memory, until the broker is disposed.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>The port on the loopback interface, to 65,535; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>With how many partitions a topic is created that a client asks for, or that is created without a number; 0 creates none that was not asked for by name, and one partition otherwise. At most 1,000.</summary>
    public int DefaultPartitions { get; set; } = 4;

    /// <summary>How long a new consumer group waits for more members before it assigns partitions, to 10 s.</summary>
    public TimeSpan GroupFormationDelay { get; set; } = TimeSpan.Zero;

    /// <summary>How long the offsets of a group without members are kept after they were committed, Kafka's <c>offsets.retention.minutes</c>; null, the default, is for ever. From a minute to 4,000 years.</summary>
    public TimeSpan? OffsetRetention { get; set; }

    /// <summary>When what is acknowledged is forced to the disk: null leaves it to the operating system, which loses nothing when the process dies; zero before it is acknowledged, as after a power cut it should be there; otherwise that often.</summary>
    public TimeSpan? FlushEvery { get; set; }

    /// <summary>How often retention, compaction and expiry are looked after, from 10 ms to an hour.</summary>
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest request that is read, in bytes; who sends a larger one is disconnected. From 64 KiB to 1 GiB.</summary>
    public int MaxRequestBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>How many clients may be connected; further ones are refused. From 1 to 100,000.</summary>
    public int MaxConnections { get; set; } = 2_000;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Told of what goes wrong.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    // By hand: to look annotations up takes as long as everything else that a start does.
    internal void Check()
    {
        Require(Port is >= 0 and <= ushort.MaxValue, nameof(Port), Port, $"from 0 to {ushort.MaxValue}");
        Require(DefaultPartitions is >= 0 and <= 1000, nameof(DefaultPartitions), DefaultPartitions, "from 0 to 1000");
        Require(GroupFormationDelay >= TimeSpan.Zero && GroupFormationDelay <= TimeSpan.FromSeconds(10), nameof(GroupFormationDelay), GroupFormationDelay, "from 0 to 10 seconds");
        Require(OffsetRetention is null || (OffsetRetention >= TimeSpan.FromMinutes(1) && OffsetRetention <= LongestOffsetRetention), nameof(OffsetRetention), OffsetRetention, $"null, or from a minute to {LongestOffsetRetention.TotalDays} days");
        Require(FlushEvery is null || (FlushEvery >= TimeSpan.Zero && FlushEvery <= TimeSpan.FromHours(1)), nameof(FlushEvery), FlushEvery, "null, or from 0 to an hour");
        Require(MaintenanceInterval >= TimeSpan.FromMilliseconds(10) && MaintenanceInterval <= TimeSpan.FromHours(1), nameof(MaintenanceInterval), MaintenanceInterval, "from 10 milliseconds to an hour");
        Require(MaxRequestBytes is >= 64 * 1024 and <= 1024 * 1024 * 1024, nameof(MaxRequestBytes), MaxRequestBytes, "from 65536 to 1073741824");
        Require(MaxConnections is >= 1 and <= 100_000, nameof(MaxConnections), MaxConnections, "from 1 to 100000");
    }

    private static void Require(bool holds, string option, object? value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(EmbeddedBrokerOptions)}: {option} is '{value}'; allowed is {allowed}.");
        }
    }
}
