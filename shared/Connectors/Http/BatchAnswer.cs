using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>What became of the events of a request.</summary>
/// <param name="Refused">Those that the receiver will never take.</param>
/// <param name="Again">Those that are to be sent again, in this order; all others are taken.</param>
/// <param name="Wait">Why a pause comes before they are; null where they are sent at once.</param>
internal sealed record BatchAnswer(IReadOnlyList<RefusedRecord> Refused, IReadOnlyList<ArraySegment<HttpEntry>> Again, string? Wait = null)
{
    /// <summary>Everything was taken.</summary>
    public static BatchAnswer Taken { get; } = new([], []);
}
