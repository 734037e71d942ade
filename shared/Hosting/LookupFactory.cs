using System.Text.Json;
using Microsoft.Extensions.Logging;
using Millrace.Lookups;

namespace Millrace.Hosting;

/// <summary>Makes the lookups of stages, with the app's clock and log.</summary>
public sealed class LookupFactory(TimeProvider time, ILogger<HttpLookup> log)
{
    /// <summary>What sends the requests; null is <see cref="HttpLookup.CreateHandler"/>. For tests of stages. Disposed of with the lookup.</summary>
    public Func<LookupOptions, HttpMessageHandler>? Transport { get; init; }

    /// <summary>A lookup for one target. The caller disposes of it, as a rule with itself.</summary>
    /// <param name="options">How the target is called.</param>
    /// <param name="lifeOf">See <see cref="HttpLookup.LifeOf"/>: for APIs that answer "not there" with a success.</param>
    public HttpLookup Create(LookupOptions options, Func<JsonElement, AnswerLife>? lifeOf = null) => new(options, time, log, Transport?.Invoke(options)) { LifeOf = lifeOf };
}
