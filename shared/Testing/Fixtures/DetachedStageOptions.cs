using Millrace.Core;
using Millrace.Lookups;

namespace Millrace.Testing;

/// <summary>What a <see cref="DetachedStage"/> runs with.</summary>
public sealed record DetachedStageOptions
{
    /// <summary>Settings of the app, over all others, such as <c>Stages:PageChange:Settings:NewPages</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What sends the requests of its lookups; null is the network.</summary>
    public Func<LookupOptions, HttpMessageHandler>? Transport { get; init; }

    /// <summary>Sees records pass the pipeline; null is nobody.</summary>
    public IPipelineWatch? Watch { get; init; }
}
