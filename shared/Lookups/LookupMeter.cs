using System.Diagnostics.Metrics;

namespace Millrace.Lookups;

/// <summary>The meter of all lookups; each measurement is tagged with the <see cref="LookupOptions.Name"/> of its lookup.</summary>
internal static class LookupMeter
{
    public static Meter Meter { get; } = new("Millrace.Lookups");

    public static KeyValuePair<string, object?> Tag(string name) => new("millrace.lookup.name", name);
}
