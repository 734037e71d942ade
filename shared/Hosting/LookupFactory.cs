using Microsoft.Extensions.Logging;
using Millrace.Lookups;

namespace Millrace.Hosting;

/// <summary>Makes the lookups of stages, with the app's clock and log.</summary>
public sealed class LookupFactory(TimeProvider time, ILogger<HttpLookup> log)
{
    /// <summary>A lookup for one target. The caller disposes of it, as a rule with itself.</summary>
    /// <param name="options">How the target is called.</param>
    public HttpLookup Create(LookupOptions options) => new(options, time, log);
}
