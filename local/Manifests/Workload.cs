namespace Millrace.Local;

/// <summary>What the Deployments of stages and of services differ in.</summary>
internal sealed record Workload
{
    /// <summary>Its name in Kubernetes.</summary>
    public required string Name { get; init; }

    /// <summary>The image that its pods run, as overlays know it.</summary>
    public string Image { get; init; } = StageManifests.Image;

    /// <summary>What the image's program is told; none is what it does by itself.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where probes ask, where the image is not the function app's; null is the functions that answer them.</summary>
    public string? ProbePath { get; init; }

    /// <summary>The functions that its pods run, beside those that answer probes; none where the image is not the function app's.</summary>
    public required IReadOnlyList<string> Functions { get; init; }

    /// <summary>How many pods there are; null where that is KEDA's to say.</summary>
    public int? Replicas { get; init; }

    /// <summary>Why a new version takes over as it does: a fixed number of pods ends before the new ones start, others are replaced one after another.</summary>
    public required string RolloutReason { get; init; }

    /// <summary>How long a pod may take to stop.</summary>
    public required StopTimes Stop { get; init; }

    /// <summary>What that time is made of.</summary>
    public required string StopReason { get; init; }

    /// <summary>The Secrets and ConfigMaps whose entries are its settings.</summary>
    public required YamlList Settings { get; init; }

    /// <summary>What being ready decides.</summary>
    public required string ReadyReason { get; init; }

    /// <summary>The processor time that a pod asks for.</summary>
    public required string Cpu { get; init; }

    /// <summary>Why it has no more than it asks for of memory, and no bound of processor time.</summary>
    public required string LimitsReason { get; init; }

    /// <summary>The memory that a pod asks for and may use.</summary>
    public required string Memory { get; init; }
}
