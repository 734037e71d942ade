using System.ComponentModel.DataAnnotations;

namespace Millrace.Canaries;

/// <summary>When canaries are produced: the <c>Canaries</c> section of the settings.</summary>
public sealed class CanaryOptions
{
    /// <summary>Whether this process produces any; which streams have them is the catalog's (<c>canary_events_enabled</c>).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The schedule, as a timer trigger takes it: six fields, a second first, or a pause such as <c>00:05:00</c>.</summary>
    [Required]
    public string Schedule { get; set; } = "0 */5 * * * *";
}
