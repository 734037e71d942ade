namespace Millrace.Intake;

/// <summary>A field that the intake fills in, and which of a request's values it gets.</summary>
/// <param name="Node">The field's number in the map.</param>
/// <param name="Path">The names that lead to it.</param>
/// <param name="Value">The number of the value in <see cref="RequestValues"/>.</param>
internal sealed record FillSource(int Node, string[] Path, int Value);
