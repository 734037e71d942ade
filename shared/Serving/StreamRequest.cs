namespace Millrace.Serving;

/// <summary>What a client asks for, as it wrote it: nothing of it is checked yet.</summary>
public sealed record StreamRequest
{
    /// <summary>The names of the streams, with commas between.</summary>
    public required string Streams { get; init; }

    /// <summary>The header <c>Last-Event-ID</c>: where to resume; null or empty where there is none.</summary>
    public string? LastEventId { get; init; }

    /// <summary>The parameters of the query: <c>since</c>, and <c>filter</c> any number of times.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Query { get; init; } = [];
}
