using System.Globalization;
using Millrace.Canaries;
using Millrace.Connectors;
using Millrace.Intake;
using Millrace.Serving;

namespace Millrace.Local;

/// <summary>A part of the app that is no stage and is deployed on its own, in every datacenter.</summary>
internal sealed record PlatformService
{
    // What the app takes that does nothing yet, and the Functions host, which is a process of its own.
    private const long AtRest = 512;

    private const long Mebibyte = 1024 * 1024;

    // How long those who send requests may go on to do so after a pod is to stop.
    private const int Linger = 10;

    /// <summary>The names of all of them in Kubernetes, which no stage may have.</summary>
    public static IReadOnlyList<string> Names { get; } = ["event-intake", "event-streams", "canaries"];

    /// <summary>Its name in Kubernetes.</summary>
    public required string Name { get; init; }

    /// <summary>The class whose functions it runs.</summary>
    public required Type Class { get; init; }

    /// <summary>Why it is not there; null where it is.</summary>
    public string? Absence { get; init; }

    /// <summary>How it is deployed; <see cref="HttpServiceOptions"/> where it answers requests.</summary>
    public required ServiceOptions Options { get; init; }

    /// <summary>Its settings, as literals of a ConfigMap.</summary>
    public required IEnumerable<string> Literals { get; init; }

    /// <summary>Where schemas are that it reaches by a port of their own.</summary>
    public required IEnumerable<StoreEndpoint> Schemas { get; init; }

    /// <summary>What is in its own Secret; null where it has none.</summary>
    public string? SecretReason { get; init; }

    /// <summary>Who may send it requests.</summary>
    public required string IngressReason { get; init; }

    /// <summary>How long a pod may take to stop.</summary>
    public required StopTimes Stop { get; init; }

    /// <summary>What that time is made of.</summary>
    public required string StopReason { get; init; }

    /// <summary>Why a new version takes over as it does.</summary>
    public required string RolloutReason { get; init; }

    /// <summary>What being ready decides.</summary>
    public required string ReadyReason { get; init; }

    /// <summary>The memory that a pod may use, in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>What that memory is for.</summary>
    public required string MemoryReason { get; init; }

    /// <summary>How fast pods may go: one in so many seconds, and why.</summary>
    public (int Seconds, string Reason) ScaleDown { get; init; }

    /// <summary>All of them, those that are not there included.</summary>
    /// <exception cref="Millrace.Core.CatalogException">A setting of one cannot be used.</exception>
    public static IReadOnlyList<PlatformService> Of(ManifestSources sources) =>
        [.. new[] { EventIntake(sources), EventStreams(sources), Canaries(sources) }.Select(service => sources.Functions.Any(function => function.Class == service.Class)
            ? service
            : service with { Absence = "the app has none of its functions." })];

    private static PlatformService EventIntake(ManifestSources sources)
    {
        var settings = new ServiceSettings(sources.Services.EventIntake, $"{sources.ServicesFile}:EventIntake", "Intake", secret: "Intake:ApiKeys");
        var options = settings.Read<IntakeOptions>("Intake");
        return new PlatformService
        {
            Name = Names[0],
            Class = typeof(Functions.EventIntake),
            Absence = sources.Catalog.Streams.Streams.Count == 0 ? "the catalog has no stream." : null,
            Options = sources.Services.EventIntake,
            Literals = settings.Literals(("Intake:QueueBytes", Text(options.QueueBytes))),
            Schemas = Endpoints(settings),
            SecretReason = "Who may send events: Intake__ApiKeys__CLIENT and so on, each of 16 characters or more. Empty lets in everybody who reaches the pods; without it the pod does not start.",
            IngressReason = "Events, from whatever brings them into the cluster (an Ingress or a Gateway is the cluster's own), and probes, which come from the node.",
            Stop = new StopTimes(Linger, Seconds(options.BodyTimeout) + Seconds(options.AcknowledgeWithin)),
            StopReason = $"{Linger} s in which requests may still come, Intake:BodyTimeout ({options.BodyTimeout:c}) and Intake:AcknowledgeWithin ({options.AcknowledgeWithin:c}) for the last of them",
            RolloutReason = "One pod after another, each replaced before it goes: events are taken all the while.",
            ReadyReason = "While events would not be stored, clients are sent to another pod.",
            Memory = (AtRest * Mebibyte) + (2 * options.QueueBytes),
            MemoryReason = $"Intake:QueueBytes ({Text(options.QueueBytes)}) twice, since the Kafka client has a copy of what it sends, and {AtRest}Mi. None of cpu: throttled, answers would come late.",
            ScaleDown = (60, "One pod a minute."),
        };
    }

    private static PlatformService EventStreams(ManifestSources sources)
    {
        var settings = new ServiceSettings(sources.Services.EventStreams, $"{sources.ServicesFile}:EventStreams", "EventStreams");
        var options = settings.Read<ServingOptions>("EventStreams");
        return new PlatformService
        {
            Name = Names[1],
            Class = typeof(Functions.EventStreams),
            Absence = sources.Catalog.Streams.Streams.Any(stream => stream.IsServed) ? null : "no stream of the catalog has consumers.eventstreams.enabled.",
            Options = sources.Services.EventStreams,
            Literals = settings.Literals(("EventStreams:MaxConnections", Text(options.MaxConnections)), ("EventStreams:ReadAheadKilobytes", Text(options.ReadAheadKilobytes))),
            Schemas = Endpoints(settings),
            IngressReason = "Readers, from whatever lets them into the cluster (an Ingress or a Gateway is the cluster's own), and probes, which come from the node. Everybody who comes so far may read.",
            Stop = new StopTimes(Linger, 10),
            StopReason = $"{Linger} s in which readers may still come, and 10 s for their connections, which end by themselves once the host stops; readers go on elsewhere with their Last-Event-ID",
            RolloutReason = "One pod after another, each replaced before it goes: readers come back one pod's worth at a time.",
            ReadyReason = "It answers as soon as readers can come; one that no brokers are there for is told so (503).",
            Memory = (AtRest * Mebibyte) + (options.MaxConnections * (((2L * options.ReadAheadKilobytes) * 1024) + Mebibyte)),
            MemoryReason = $"For each of EventStreams:MaxConnections ({Text(options.MaxConnections)}) EventStreams:ReadAheadKilobytes ({Text(options.ReadAheadKilobytes)}) twice, what waits and what arrives, and 1Mi for its Kafka client; and {AtRest}Mi. None of cpu: throttled, readers would fall behind.",
            ScaleDown = (300, "One pod in five minutes: its readers are cut off, and come back to the others."),
        };
    }

    private static PlatformService Canaries(ManifestSources sources)
    {
        var settings = new ServiceSettings(sources.Services.Canaries, $"{sources.ServicesFile}:Canaries", "Canaries");
        var options = settings.Read<CanaryOptions>("Canaries");
        return new PlatformService
        {
            Name = Names[2],
            Class = typeof(Functions.Canaries),
            Absence = !options.Enabled ? "Canaries:Enabled is false."
                : sources.Catalog.Streams.Streams.Any(stream => stream.HasCanaries) ? null : "no stream of the catalog has canary_events_enabled.",
            Options = sources.Services.Canaries,
            Literals = settings.Literals((CanarySetup.ScheduleSetting, options.Schedule)),
            Schemas = Endpoints(settings),
            IngressReason = "Probes. They come from the node, whose address differs and which not every network plugin lets through by itself.",
            Stop = new StopTimes(0, 10),
            StopReason = "10 s, though canaries on their way are given up at once",
            RolloutReason = "One pod in each datacenter, which ends before another starts: two would write every canary twice. Where datacenters share a cluster, a stream with one topic has a canary of each.",
            ReadyReason = "No requests come here; a roll-out waits for it.",
            Memory = AtRest * Mebibyte,
            MemoryReason = "What the app takes at rest, and the Functions host beside it. None of cpu: throttled, canaries would come late and tell of nothing but that.",
        };
    }

    private static IEnumerable<StoreEndpoint> Endpoints(ServiceSettings settings) => settings.SchemaAddresses.Select(address => new StoreEndpoint(address.Host.Trim('[', ']'), address.Port));

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
