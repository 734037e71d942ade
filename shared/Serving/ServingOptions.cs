using System.ComponentModel.DataAnnotations;

namespace Millrace.Serving;

/// <summary>How streams are served over HTTP: the <c>EventStreams</c> section of the settings. Which ones are is the catalog's (<c>consumers.eventstreams.enabled</c>).</summary>
public sealed class ServingOptions
{
    /// <summary>How many clients may read at a time; further ones are asked to come again. Each has a Kafka consumer of its own, with some threads and connections.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 100;

    /// <summary>How long a connection says nothing before a heartbeat shows that it lives; less than what proxies on the way close silent connections after.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a client may take nothing of what is there for it before it is closed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:04:00")]
    public TimeSpan StallTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How much is read ahead of a client, in KiB; one record may exceed it.</summary>
    [Range(64, 65_536)]
    public int ReadAheadKilobytes { get; set; } = 1024;

    /// <summary>Origins whose pages may read in a browser, such as <c>https://example.org</c>; <c>*</c> is all, none is none.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}
