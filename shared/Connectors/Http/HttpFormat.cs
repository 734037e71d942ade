using System.Text.Json.Serialization;

namespace Millrace.Connectors;

/// <summary>How events are written into the body of a request.</summary>
public enum HttpFormat
{
    /// <summary>One JSON array of events, <c>application/json</c>.</summary>
    [JsonStringEnumMemberName("json-array")]
    JsonArray,

    /// <summary>An event per line, <c>application/x-ndjson</c>.</summary>
    [JsonStringEnumMemberName("ndjson")]
    Ndjson,

    /// <summary>The bulk format of OpenSearch and Elasticsearch: each event is indexed under its key, or deleted by it, and has a result of its own.</summary>
    [JsonStringEnumMemberName("bulk")]
    Bulk,
}
