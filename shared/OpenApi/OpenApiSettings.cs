using System.ComponentModel.DataAnnotations;
using Millrace.Lookups;

namespace Millrace.OpenApi;

/// <summary>The <c>settings</c> of a stage that the catalog declares as a lookup: what differs by environment.</summary>
public class OpenApiSettings
{
    /// <summary>The address that the document's paths are below; null is the first of the document's <c>servers</c>.</summary>
    [RegularExpression("https?://[^?#{}]+", ErrorMessage = "allowed is an http or https address without a query")]
    public string? Server { get; set; }

    /// <summary>How the server is called. Where no host is allowed, that of the server is.</summary>
    [Required]
    public LookupOptions Lookup { get; set; } = new();
}
