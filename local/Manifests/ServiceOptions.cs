using System.ComponentModel.DataAnnotations;

namespace Millrace.Local;

/// <summary>How a part of the app that is no stage is deployed: its entry in <c>infra/services.json</c>.</summary>
internal class ServiceOptions
{
    /// <summary>The processor time that a pod asks for, as Kubernetes writes it.</summary>
    [RegularExpression(@"^[0-9]+m?$", ErrorMessage = "allowed are cores such as 1, or thousandths such as 500m.")]
    public string Cpu { get; set; } = "100m";

    /// <summary>Settings of the app, such as <c>Intake:Streams:0</c>; what is secret is not among them.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
