namespace Millrace.FunctionsHost;

/// <summary>Where a consumer group without committed offsets begins.</summary>
internal enum OffsetReset
{
    /// <summary>At the first record that is kept.</summary>
    Earliest,

    /// <summary>After the last record.</summary>
    Latest,
}
