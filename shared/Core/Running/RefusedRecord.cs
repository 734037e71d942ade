namespace Millrace.Core;

/// <summary>A processed record that the sink will never take.</summary>
/// <param name="Processed">The record and its outcome.</param>
/// <param name="Reason">Why, in the sink's words.</param>
/// <param name="ErrorType">The kind of error that its error event names.</param>
public sealed record RefusedRecord(ProcessedRecord Processed, string Reason, string ErrorType = ErrorTypes.OutputTooLarge);
