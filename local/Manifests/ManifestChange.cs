namespace Millrace.Local;

/// <summary>How a file of manifests stands to what would be generated now.</summary>
/// <param name="Path">Its path below the output directory.</param>
/// <param name="State">What is to be done about it.</param>
internal sealed record ManifestChange(string Path, ManifestState State);

/// <summary>How a file of manifests stands to what would be generated now.</summary>
internal enum ManifestState
{
    /// <summary>It is what would be generated.</summary>
    Unchanged,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It says something else.</summary>
    Different,

    /// <summary>It was generated, and would not be any more.</summary>
    Stale,
}
