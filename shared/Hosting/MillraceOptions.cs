using System.ComponentModel.DataAnnotations;

namespace Millrace.Hosting;

/// <summary>Where the platform finds its catalogs and schemas: the <c>Millrace</c> section of the settings.</summary>
public sealed class MillraceOptions
{
    /// <summary>The directory of <c>stages.json</c> and <c>streams.json</c>; as a rule the app's own.</summary>
    [Required]
    public string Catalog { get; set; } = AppContext.BaseDirectory;

    /// <summary>Directories or http(s) addresses of schema repositories, asked in this order. None means the app's own schemas.</summary>
    public IList<string> Schemas { get; } = [];

    /// <summary>The datacenter that this process writes as: it picks the topic of streams that have one per datacenter.</summary>
    public string? Datacenter { get; set; }
}
