using System.ComponentModel.DataAnnotations;

namespace Millrace.Intake;

/// <summary>How events are taken over HTTP: the <c>Intake</c> section of the settings.</summary>
public sealed class IntakeOptions
{
    /// <summary>The streams that are taken: names, or beginnings such as <c>mediawiki.*</c>. None means all of the catalog.</summary>
    public IList<string> Streams { get; } = [];

    /// <summary>The stream of the events that tell of events which do not match their schema; not set, there are none. One that the catalog does not have is the topic of that name.</summary>
    public string? ErrorStream { get; set; }

    /// <summary>The stream of the event that <c>/v1/_test/events</c> sends; not set, that is not found. One that the catalog does not have is the topic of that name.</summary>
    public string? TestStream { get; set; }

    /// <summary>The largest body, in bytes, as it is sent and as it is inflated.</summary>
    [Range(1_024, 268_435_456)]
    public int MaxBodyBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>The largest event, in bytes, with all that was filled in.</summary>
    [Range(1_024, 67_108_864)]
    public int MaxEventBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many events a request may have.</summary>
    [Range(1, 1_000_000)]
    public int MaxEvents { get; set; } = 10_000;

    /// <summary>How many times as large as it was sent a body may become by inflating it; bodies that stay below 64 KiB are exempt.</summary>
    [Range(1, 10_000)]
    public int MaxInflation { get; set; } = 100;

    /// <summary>How long a body may take to arrive.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How fast a body must arrive on average, in bytes a second, after the first five seconds.</summary>
    [Range(1, 1_000_000_000)]
    public int MinBodyRate { get; set; } = 1_024;

    /// <summary>How long a client waits for its answer once its body is there: what the brokers have not acknowledged by then is answered as an error.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:05:00")]
    public TimeSpan AcknowledgeWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many bytes of bodies and of events that are not acknowledged may be in memory; over it, requests are answered 503 at once.</summary>
    [Range(65_536L, 68_719_476_736L)]
    public long QueueBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>After how long a client that was answered 503 is asked to come again, in whole seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Take events of schemas whose patterns, formats and comparisons have no bound on their input.</summary>
    public bool AllowUnboundedSchemas { get; set; }

    /// <summary>Which headers fill which fields, where the schema has the field and the event does not. A stream's <c>producers.eventgate.enrich_fields_from_http_headers</c> goes over it; an empty text fills nothing.</summary>
    public IDictionary<string, string> HttpFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["meta.request_id"] = "x-request-id",
        ["http.request_headers.user-agent"] = "user-agent",
    };

    /// <summary>The keys by which clients are let in, by the clients' names; each has 16 characters or more. None lets everybody in.</summary>
    public IDictionary<string, string> ApiKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The origins whose pages may send events, such as <c>https://example.org</c>, or <c>*</c> for all. None lets no other origin's page do so.</summary>
    public IList<string> CorsOrigins { get; } = [];
}
