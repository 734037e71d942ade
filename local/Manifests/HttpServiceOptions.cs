using System.ComponentModel.DataAnnotations;

namespace Millrace.Local;

/// <summary>How a part of the app that answers requests is deployed, and scaled on the processor time that it uses.</summary>
internal sealed class HttpServiceOptions : ServiceOptions
{
    /// <summary>A service whose pods ask for half a core.</summary>
    public HttpServiceOptions() => Cpu = "500m";

    /// <summary>The fewest pods.</summary>
    [Range(1, 1_000)]
    public int MinReplicas { get; set; } = 2;

    /// <summary>The most pods.</summary>
    [Range(1, 1_000)]
    public int MaxReplicas { get; set; } = 10;

    /// <summary>How much of the processor time that they ask for pods are to use, in percent; with more, there are more pods.</summary>
    [Range(10, 1_000)]
    public int CpuUtilization { get; set; } = 70;
}
