using System.ComponentModel.DataAnnotations;
using Millrace.Lookups;

namespace Millrace.Resilience.Worker;

/// <summary>The <c>settings</c> of <see cref="Probe"/>.</summary>
public sealed class ProbeSettings
{
    /// <summary>Where the lookups are answered; key and sequence follow.</summary>
    [Required(ErrorMessage = "set it to the address of the lookups, ending in a slash")]
    public string Address { get; set; } = "http://unset.invalid/";

    /// <summary>How they are made.</summary>
    [Required]
    public LookupOptions Lookup { get; set; } = new();
}
