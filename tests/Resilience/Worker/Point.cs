namespace Millrace.Resilience.Worker;

/// <summary>Where the worker can be interrupted, in the order of a batch's journey.</summary>
public enum Point
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>The host has handed a batch over.</summary>
    Read,

    /// <summary>A lookup's request is under way.</summary>
    Lookup,

    /// <summary>The sink has taken an outcome.</summary>
    Produced,

    /// <summary>The outcomes of a partition are about to be made durable.</summary>
    Settling,

    /// <summary>They are durable.</summary>
    Settled,

    /// <summary>The batch is done; the host has not committed it yet.</summary>
    Returning,
}
