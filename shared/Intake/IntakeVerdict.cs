using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>What the intake says of one event.</summary>
/// <param name="Refusal">Why it is not taken, or not stored, in a sentence; null where nothing is wrong.</param>
public sealed record IntakeVerdict(string? Refusal)
{
    /// <summary>Where the event does not match its schema; empty where that is not why.</summary>
    public IReadOnlyList<FieldFault> Faults { get; init; } = [];

    /// <summary>Whether the event itself is as it should be: one that was not stored for another reason may be sent again.</summary>
    public bool IsValid { get; init; }

    /// <summary>The topic that it belongs to; null where it is not valid.</summary>
    public string? Topic { get; init; }

    /// <summary>The event's <c>meta.id</c>, which may have been filled in; null where it is not valid, or its schema has none.</summary>
    public string? Id { get; init; }
}
