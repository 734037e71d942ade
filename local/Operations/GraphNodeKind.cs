namespace Millrace.Local;

/// <summary>What stands in a graph of streams.</summary>
internal enum GraphNodeKind
{
    /// <summary>A stream of events.</summary>
    Stream,

    /// <summary>A stage.</summary>
    Stage,

    /// <summary>The store that a connector writes to.</summary>
    Store,

    /// <summary>A stream of errors.</summary>
    Errors,
}
