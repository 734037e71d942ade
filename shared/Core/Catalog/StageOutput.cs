namespace Millrace.Core;

/// <summary>A stream that a stage writes, and the schema that it writes it by.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="SchemaUri">The <c>$schema</c> of the events that the stage writes to it.</param>
public sealed record StageOutput(StreamDefinition Stream, string SchemaUri);
