using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>What becomes of events that the rules of a lookup leave out.</summary>
public enum UnmatchedEvents
{
    /// <summary>They are filtered, and counted under <c>not_matched</c>.</summary>
    [JsonStringEnumMemberName("filter")]
    Filtered,

    /// <summary>They are emitted without an answer.</summary>
    [JsonStringEnumMemberName("pass")]
    Passed,
}
