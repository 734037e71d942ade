using Millrace.Core;

namespace Millrace.Local;

/// <summary>Which error events are wanted; what is null or empty does not matter.</summary>
internal sealed record ErrorFilter
{
    /// <summary>Those that somebody should still see to, or that are being replayed.</summary>
    public static IReadOnlyCollection<ErrorState> Unresolved { get; } = [ErrorState.Open, ErrorState.Requested];

    /// <summary>What has become of them.</summary>
    public IReadOnlyCollection<ErrorState> States { get; init; } = [];

    /// <summary>The kinds of error.</summary>
    public IReadOnlyCollection<string> Types { get; init; } = [];

    /// <summary>The stream that the input was of, or its topic.</summary>
    public string? Stream { get; init; }

    /// <summary>What stands in the message, the stack or the input, in any case.</summary>
    public string? Text { get; init; }

    /// <summary>Whether an event is wanted.</summary>
    public bool Accepts(FailedEvent failed) =>
        (States.Count == 0 || States.Contains(failed.State))
        && (Types.Count == 0 || Types.Contains(failed.Type))
        && (Stream is null || failed.Stream == Stream || failed.Source?.StartsWith(Stream + "/", StringComparison.Ordinal) == true)
        && (Text is null || new[] { failed.Message, failed.Stack, failed.RawEvent }.Any(text => text?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true));
}
