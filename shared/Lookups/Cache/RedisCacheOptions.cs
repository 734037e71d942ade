using System.ComponentModel.DataAnnotations;

namespace Millrace.Lookups;

/// <summary>The Redis that keeps answers behind the memory, for all workers that ask the same API.</summary>
/// <remarks>
/// A Redis that is down or slow is one that has nothing: lookups go on without it. What is kept there is found by
/// <see cref="LookupOptions.Name"/> and address: lookups of one name must ask as the same user, with the same rights.
/// </remarks>
public sealed class RedisCacheOptions
{
    /// <summary>Where it listens: <c>HOST:PORT</c>, several of them with commas; empty is none.</summary>
    public string Address { get; set; } = "";

    /// <summary>The user's name; empty is the default user.</summary>
    public string User { get; set; } = "";

    /// <summary>A file with the user's password, read at start; empty is none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Whether the connection is encrypted.</summary>
    public bool Tls { get; set; }

    /// <summary>How long it may take to say what it has, before the API is asked instead.</summary>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:05")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(100);
}
