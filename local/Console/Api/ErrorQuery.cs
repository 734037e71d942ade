using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Which error events a page wants; what is null does not matter.</summary>
internal sealed record ErrorQuery
{
    /// <summary>The stages, with commas between.</summary>
    public string? Stage { get; init; }

    /// <summary>The kinds of error, with commas between.</summary>
    public string? Type { get; init; }

    /// <summary>The stream that the input was of, or its topic.</summary>
    public string? Stream { get; init; }

    /// <summary>What stands in the message, the stack or the input.</summary>
    public string? Text { get; init; }

    /// <summary>Where to begin.</summary>
    public string? From { get; init; }

    /// <summary>Where to end.</summary>
    public string? To { get; init; }

    /// <summary>The stages; none is all.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Stages => Names(Stage);

    /// <summary>The filter.</summary>
    [JsonIgnore]
    public ErrorFilter Filter => new() { Types = Names(Type), Stream = Stream, Text = Text };

    /// <summary>Where to begin.</summary>
    /// <exception cref="UsageException">It is nothing that is allowed.</exception>
    [JsonIgnore]
    public BackfillBound? FromBound => From is { } text ? BackfillBound.Parse("from", text) : null;

    /// <summary>Where to end.</summary>
    /// <exception cref="UsageException">It is nothing that is allowed.</exception>
    [JsonIgnore]
    public BackfillBound? ToBound => To is { } text ? BackfillBound.Parse("to", text) : null;

    /// <summary>Reads a query.</summary>
    public static ErrorQuery Of(IQueryCollection query)
    {
        return new ErrorQuery { Stage = One("stage"), Type = One("type"), Stream = One("stream"), Text = One("text"), From = One("from"), To = One("to") };

        string? One(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>What has become of those that are wanted; none is all.</summary>
    /// <exception cref="ConsoleRefusal">There is no such state.</exception>
    public static IReadOnlyCollection<ErrorState> StatesOf(string text) => text switch
    {
        "" or "unresolved" => ErrorFilter.Unresolved,
        "open" => [ErrorState.Open],
        "requested" => [ErrorState.Requested],
        "resolved" => [ErrorState.Resolved],
        "failed" => [ErrorState.FailedAgain],
        "all" => [],
        _ => throw ConsoleRefusal.Bad($"state is '{Excerpt.Of(text)}'; allowed is open, requested, resolved, failed, unresolved or all."),
    };

    private static string[] Names(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
