using Millrace.Core;

namespace Millrace.Intake;

/// <summary>What became of a request's events.</summary>
/// <param name="Fates">Of each.</param>
/// <param name="Ranges">Where each stands in the body.</param>
internal sealed record IntakeResult(EventFate[] Fates, FieldRange[] Ranges);
