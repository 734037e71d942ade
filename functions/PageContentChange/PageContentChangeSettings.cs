using System.ComponentModel.DataAnnotations;
using Millrace.Lookups;

namespace Millrace.Functions;

/// <summary>The <c>settings</c> of <see cref="PageContentChange"/> in the catalog.</summary>
public sealed class PageContentChangeSettings
{
    /// <summary>The address of a wiki's action API; <c>{domain}</c> stands for the event's <c>meta.domain</c>.</summary>
    [Required]
    [RegularExpression("https?://[^?#]+", ErrorMessage = "allowed is an http or https address without a query; {{domain}} stands for the event's meta.domain")]
    public string ApiTemplate { get; set; } = "https://{domain}/w/api.php";

    /// <summary>How long after an event a missing revision may still turn up: the wikis' databases replicate with a lag.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ReplicaLag { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How the API is called.</summary>
    [Required]
    public LookupOptions Lookup { get; set; } = new();
}
