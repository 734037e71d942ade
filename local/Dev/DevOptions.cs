namespace Millrace.Local;

/// <summary>What <c>millrace dev</c> was asked to do.</summary>
internal sealed record DevOptions
{
    /// <summary>Where the embedded broker keeps everything unless another directory is given, below the current one.</summary>
    public static readonly string DefaultData = Path.Combine(".millrace", "dev");

    /// <summary>Files to feed; none is the sample, unless <see cref="Live"/> is set.</summary>
    public IReadOnlyList<string> Input { get; init; } = [];

    /// <summary>A server-sent-events stream to feed from.</summary>
    public Uri? Live { get; init; }

    /// <summary>Sample events per second.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>Stop once every stage has caught up.</summary>
    public bool UntilDrained { get; init; }

    /// <summary>How long to wait for that; null is for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Datacenters to run side by side; none is one place without a name.</summary>
    public IReadOnlyList<string> Datacenters { get; init; } = [];

    /// <summary>Whether those share one broker, instead of one each with mirrors between.</summary>
    public bool SharedCluster { get; init; }

    /// <summary>Where to write output and error streams; null is nowhere.</summary>
    public string? Output { get; init; }

    /// <summary>Write the summary as JSON on standard output, and everything else on standard error.</summary>
    public bool Json { get; init; }

    /// <summary>A real broker; null is the embedded one.</summary>
    public string? Kafka { get; init; }

    /// <summary>Where the embedded broker keeps everything.</summary>
    public string Data { get; init; } = DefaultData;

    /// <summary>Where stores of the session's own are kept: beside <see cref="Data"/>, in which there is the broker's alone.</summary>
    public string Stores => Path.TrimEndingDirectorySeparator(Data) + "-stores";

    /// <summary>Begin with nothing: what <see cref="Data"/> and <see cref="Stores"/> hold is deleted.</summary>
    public bool Fresh { get; init; }

    /// <summary>Partitions of topics that are created.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Real wikis; null is the embedded content API.</summary>
    public string? WikiApi { get; init; }

    /// <summary>Whether pages are sorted into classes, too, by an embedded stand-in for the model.</summary>
    public bool Predict { get; init; }

    /// <summary>How long the embedded content API takes.</summary>
    public TimeSpan ApiLatency { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often the embedded content API misbehaves, by kind.</summary>
    public IReadOnlyList<ApiFault> ApiFaults { get; init; } = [];

    /// <summary>Schema repositories that are asked after the platform's own.</summary>
    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>The loopback port of functions with an HTTP trigger, 0 for any; null is <see cref="DevHttp"/>'s choice.</summary>
    public int? Port { get; init; }

    /// <summary>Whether the console's pages may send events and replay those that failed.</summary>
    public bool AllowChanges { get; init; }

    /// <summary>Settings for the function app, as <c>Name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Stores to write to; connectors of others do not run.</summary>
    public IReadOnlyList<DevConnection> Connect { get; init; } = [];

    /// <summary>Every stage in worker processes, as many as its lag wants; null is all stages in this process.</summary>
    public ScaleRequest? Scale { get; init; }
}
