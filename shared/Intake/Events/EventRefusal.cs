using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>Why an event was not taken.</summary>
/// <param name="Error">The error.</param>
internal sealed record EventRefusal(StageError Error)
{
    /// <summary>Where it does not match its schema; empty where that is not why.</summary>
    public IReadOnlyList<FieldFault> Faults { get; init; } = [];

    /// <summary>Whether the event may be as it should be, and the fault is elsewhere.</summary>
    public bool IsNotItsFault => Error.Transient;
}
