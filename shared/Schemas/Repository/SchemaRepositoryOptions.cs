using System.ComponentModel.DataAnnotations;

namespace Millrace.Schemas;

/// <summary>Where schemas come from, and what looking for them may cost.</summary>
public sealed class SchemaRepositoryOptions
{
    /// <summary>
    /// The repositories, in the order in which they are searched: directories (absolute, or relative to the working directory)
    /// and <c>http://</c> or <c>https://</c> base URIs. Nothing outside of them is ever read or fetched.
    /// </summary>
    [Required]
    [MinLength(1)]
    public IList<string> Bases { get; } = [];

    /// <summary>The largest schema document that is accepted, in bytes; 1 MiB unless set.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxSchemaBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a base URI may take for one answer; 10 seconds unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a schema that no base has, or that cannot be used, is not looked for again; 1 minute unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan UnknownFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a base URI that failed is left alone; 2 seconds unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan UnavailableFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many such refusals are remembered; 1,000 unless set. With base URIs among the bases it is also how many unknown
    /// schemas are asked for within <see cref="UnknownFor"/>.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxUnknown { get; set; } = 1_000;
}
