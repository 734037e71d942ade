namespace Millrace.Local;

/// <summary>What a console may do, and for whom.</summary>
internal sealed record ConsoleOptions
{
    /// <summary>The fewest characters of a token.</summary>
    public const int ShortestToken = 16;

    /// <summary>Whether events may be sent and replayed.</summary>
    public bool AllowChanges { get; init; }

    /// <summary>What everybody has to know who asks for anything; null is nobody, and then only this machine is answered.</summary>
    public string? Token { get; init; }

    /// <summary>The pages of metrics that latencies are read from, where the stages run elsewhere.</summary>
    public IReadOnlyList<Uri> Metrics { get; init; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
