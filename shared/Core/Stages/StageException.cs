namespace Millrace.Core;

/// <summary>Ends the processing of one event as <see cref="Outcome.Failed"/>, from wherever it is thrown below a stage.</summary>
/// <remarks>Lookups throw it, so that a stage reads as if they always succeeded.</remarks>
public class StageException : Exception
{
    /// <summary>Ends the event with that error.</summary>
    public StageException(StageError error, Exception? cause = null)
        : base(error.Message, cause) => Error = error;

    /// <summary>What goes to the error stream.</summary>
    public StageError Error { get; }
}
