namespace Millrace.Core;

/// <summary>Why an event could not be processed. It ends as one event in the stage's error stream.</summary>
/// <param name="Type">What kind of error: one of <see cref="ErrorTypes"/>, or a name that the stage defines, in snake_case.</param>
/// <param name="Message">A plain sentence that names the field or the address, the value, and what is allowed.</param>
public sealed record StageError(string Type, string Message)
{
    /// <summary>The stack trace, where the error was an exception; the requests that failed, where it was a lookup.</summary>
    public string? Stack { get; init; }

    /// <summary>
    /// Whether another attempt may succeed. The pipeline then calls the stage again, as often and as fast as
    /// <see cref="StageOptions.Attempts"/> and <see cref="StageOptions.RetryDelay"/> say.
    /// </summary>
    public bool Transient { get; init; }

    /// <summary>For a transient error: an attempt does not count against <see cref="StageOptions.Attempts"/> if the next one begins before this time.</summary>
    public DateTimeOffset? RetryUntil { get; init; }

    /// <summary>The <c>$schema</c> of the event at fault, where it could be read.</summary>
    public string? SchemaUri { get; init; }

    /// <summary>The <c>meta.stream</c> of the event at fault, where it could be read.</summary>
    public string? Stream { get; init; }
}
