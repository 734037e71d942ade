using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>How often an event is worked on by a stage that runs in each datacenter.</summary>
public enum ComputeMode
{
    /// <summary>Once: each datacenter reads the topics with its own prefix, and the mirror carries the results to the other.</summary>
    [JsonStringEnumMemberName("single")]
    Once,

    /// <summary>In each datacenter: it reads the topics of all prefixes, and writes a topic of its own.</summary>
    [JsonStringEnumMemberName("double")]
    InEach,
}
