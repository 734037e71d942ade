namespace Millrace.Schemas;

/// <summary>How a materialised schema stands to the files of its version.</summary>
public enum ReleaseState
{
    /// <summary>The version is not released, or not in both forms.</summary>
    New,

    /// <summary>The version is released as it is.</summary>
    Unchanged,

    /// <summary>The version is released with another content, which stays.</summary>
    Different,
}
