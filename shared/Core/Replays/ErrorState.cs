using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>What has become of an error event.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorState>))]
public enum ErrorState
{
    /// <summary>Nobody has done anything about it.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>It was given to its stage once more, which has not come to it yet.</summary>
    [JsonStringEnumMemberName("requested")]
    Requested,

    /// <summary>Its stage has worked on the event after all.</summary>
    [JsonStringEnumMemberName("resolved")]
    Resolved,

    /// <summary>Its stage has failed on the event again, of which there is a newer error event.</summary>
    [JsonStringEnumMemberName("failed")]
    FailedAgain,
}
