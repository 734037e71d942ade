using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Millrace.Broker;

/// <summary>How an <see cref="EmbeddedBroker"/> runs.</summary>
public sealed class EmbeddedBrokerOptions
{
    /// <summary>Where everything is kept; it is made if it is not there. Null keeps it in memory, until the broker is disposed.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>The port on the loopback interface; 0 takes a free one.</summary>
    [Range(0, ushort.MaxValue)]
    public int Port { get; set; }

    /// <summary>With how many partitions a topic is created that a client asks for, or that is created without a number; 0 creates none that was not asked for by name, and one partition otherwise.</summary>
    [Range(0, 1000)]
    public int DefaultPartitions { get; set; } = 4;

    /// <summary>How long a new consumer group waits for more members before it assigns partitions.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan GroupFormationDelay { get; set; } = TimeSpan.Zero;

    /// <summary>When what is acknowledged is forced to the disk: null leaves it to the operating system, which loses nothing when the process dies; zero before it is acknowledged, as after a power cut it should be there; otherwise that often.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan? FlushEvery { get; set; }

    /// <summary>How often retention, compaction and expiry are looked after.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest request that is read, in bytes; who sends a larger one is disconnected.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxRequestBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>How many clients may be connected; further ones are refused.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 2_000;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Told of what goes wrong.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}
