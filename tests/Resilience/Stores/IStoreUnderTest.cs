namespace Millrace.Resilience;

/// <summary>A store that the workers write to, and that the oracle reads.</summary>
internal interface IStoreUnderTest : IAsyncDisposable
{
    /// <summary>What a stage's entry in the catalog names it by.</summary>
    string Connector { get; }

    /// <summary>The stage's <c>settings</c>.</summary>
    IReadOnlyDictionary<string, object> Settings { get; }

    /// <summary>All that the store has: an output for each time that an event is there.</summary>
    Task<IReadOnlyList<Output>> ReadAsync();
}
