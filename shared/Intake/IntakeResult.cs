using Millrace.Core;

namespace Millrace.Intake;

/// <summary>What became of a request's events.</summary>
/// <param name="Fates">Of each.</param>
/// <param name="Ranges">Where each stands in the body; empty where all are stored.</param>
internal sealed record IntakeResult(EventFate[] Fates, FieldRange[] Ranges);
