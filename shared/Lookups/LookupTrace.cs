using System.Diagnostics;

namespace Millrace.Lookups;

/// <summary>The spans of lookups: children of the event's that asks. An answer from memory has none.</summary>
internal static class LookupTrace
{
    private static readonly ActivitySource Source = new("Millrace.Lookups");

    /// <summary>Begins a span; null where nobody records it. The address stays out of it: it may hold secrets.</summary>
    public static Activity? Start(string name, Uri uri)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var span = Source.StartActivity($"lookup {name}", ActivityKind.Client);
        span?.SetTag("millrace.lookup.name", name);
        span?.SetTag("server.address", uri.IsAbsoluteUri ? uri.Host : null);
        return span;
    }

    /// <summary>Says of a span that its lookup failed.</summary>
    public static void Fail(Activity? span, string errorType)
    {
        span?.SetStatus(ActivityStatusCode.Error);
        span?.SetTag("error.type", errorType);
    }
}
