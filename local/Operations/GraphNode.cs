namespace Millrace.Local;

/// <summary>A stream, a stage or a store.</summary>
/// <param name="Id">What edges call it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Column">How far downstream it stands: behind everything that leads to it.</param>
internal sealed record GraphNode(string Id, GraphNodeKind Kind, string Name, int Column);
