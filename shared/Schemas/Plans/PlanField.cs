namespace Millrace.Schemas;

/// <summary>What is known of a field by its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Node">What its value must match; null where <c>properties</c> does not have it.</param>
/// <param name="Capture">Where to note the place of its value; -1 is nowhere.</param>
/// <param name="Within">Finds fields within the value that are to be noted, where <paramref name="Node"/> is null; null where there are none.</param>
internal readonly record struct PlanField(string Name, PlanNode? Node, int Capture, PlanNode? Within);
