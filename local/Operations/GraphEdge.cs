namespace Millrace.Local;

/// <summary>Events go from one to the other.</summary>
/// <param name="From">The id of the node that they come from.</param>
/// <param name="To">The id of the node that they go to.</param>
internal sealed record GraphEdge(string From, string To);
