using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>Why an event is not one of a schema.</summary>
/// <param name="Error">The error, as the pipeline would have it.</param>
/// <param name="Faults">Where it does not match; empty where it is no JSON object, or only lacks a key.</param>
public sealed record SchemaRefusal(StageError Error, IReadOnlyList<FieldFault> Faults);
