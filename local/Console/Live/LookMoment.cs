namespace Millrace.Local;

/// <summary>What is kept of a look.</summary>
/// <param name="At">When it was.</param>
/// <param name="Stages">The stages by name.</param>
internal sealed record LookMoment(DateTimeOffset At, IReadOnlyDictionary<string, StageMoment> Stages);
