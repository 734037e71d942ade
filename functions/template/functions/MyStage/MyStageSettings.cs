using System.ComponentModel.DataAnnotations;
using Millrace.Lookups;

namespace Millrace.Functions;

/// <summary>The <c>settings</c> of <see cref="MyStage"/> in its <c>stage.json</c>; a key that is no property here is refused.</summary>
public sealed class MyStageSettings
{
    /// <summary>The address of the API; <c>{domain}</c> stands for the event's <c>meta.domain</c>.</summary>
    [Required]
    public string ApiTemplate { get; set; } = "https://{domain}/w/api.php";

    /// <summary>How the API is called, and which hosts may be asked at all.</summary>
    [Required]
    public LookupOptions Lookup { get; set; } = new();
}
