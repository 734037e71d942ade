namespace Millrace.Resilience;

/// <summary>What can be wrong with the answer to a lookup.</summary>
internal enum LookupFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It comes after five seconds.</summary>
    Slow,

    /// <summary>It never comes.</summary>
    Hang,

    /// <summary>It is 429.</summary>
    Throttled,

    /// <summary>It is 500.</summary>
    Error,

    /// <summary>The connection breaks instead.</summary>
    Reset,

    /// <summary>It is JSON without its end.</summary>
    Truncated,
}
