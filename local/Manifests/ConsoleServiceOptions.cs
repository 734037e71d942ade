namespace Millrace.Local;

/// <summary>How the console is deployed: the entry <c>console</c> of <c>infra/services.json</c>.</summary>
internal sealed class ConsoleServiceOptions : ServiceOptions
{
    /// <summary>Whether it is deployed at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether its pages may send events and replay those that failed.</summary>
    public bool AllowChanges { get; set; }

    /// <summary>The pages of metrics that it reads latencies from, such as <c>http://metrics.example:8080/metrics</c>.</summary>
    public IList<string> Metrics { get; } = [];
}
