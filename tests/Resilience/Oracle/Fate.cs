namespace Millrace.Resilience;

/// <summary>What is to become of an event.</summary>
internal enum Fate
{
    /// <summary>It comes out, with the answer of its lookup.</summary>
    Emit,

    /// <summary>Nothing comes of it.</summary>
    Filter,

    /// <summary>The stage refuses it: it goes to the error stream.</summary>
    Poison,

    /// <summary>It is no JSON, so that not even the stage sees it: it goes to the error stream.</summary>
    Malformed,
}
