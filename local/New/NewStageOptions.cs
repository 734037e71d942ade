namespace Millrace.Local;

/// <summary>What <c>millrace new stage</c> was asked for.</summary>
internal sealed record NewStageOptions
{
    /// <summary>The stage's name; null until it is known.</summary>
    public string? Name { get; init; }

    /// <summary>The stream that it reads; null until it is known.</summary>
    public string? Input { get; init; }

    /// <summary>The new stream that it writes; null is one by the stage's name.</summary>
    public string? OutputStream { get; init; }

    /// <summary>Whether it asks an HTTP API.</summary>
    public bool Lookup { get; init; }

    /// <summary>What its outputs are keyed by, as the template names it; null is by the input's key.</summary>
    public string? Key { get; init; }
}
