using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>In which datacenters a stage runs.</summary>
public enum DatacenterMode
{
    /// <summary>In one, and nowhere else.</summary>
    [JsonStringEnumMemberName("single")]
    OnlyOne,

    /// <summary>In each, with its own cluster and topic prefix.</summary>
    [JsonStringEnumMemberName("active-active")]
    ActiveActive,

    /// <summary>In one; another is ready to take over.</summary>
    [JsonStringEnumMemberName("active-passive")]
    ActivePassive,
}
