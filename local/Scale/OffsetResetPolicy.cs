namespace Millrace.Local;

/// <summary>Where a consumer begins in a partition of which its group has committed nothing.</summary>
internal enum OffsetResetPolicy
{
    /// <summary>At the end: what is there already is not read.</summary>
    Latest,

    /// <summary>At the first record.</summary>
    Earliest,
}
