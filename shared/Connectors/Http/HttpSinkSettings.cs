using System.ComponentModel.DataAnnotations;
using Millrace.Lookups;

namespace Millrace.Connectors;

/// <summary>The <c>settings</c> of a connector stage that posts events to an HTTP address.</summary>
public sealed class HttpSinkSettings
{
    /// <summary>Where events are posted to, such as <c>https://search.example.org:9200/_bulk</c>. Nothing of an event becomes part of it.</summary>
    [Required(ErrorMessage = "set it to the http or https address that takes the events.")]
    public string? Address { get; set; }

    /// <summary>How events are written into the body of a request.</summary>
    public HttpFormat Format { get; set; } = HttpFormat.JsonArray;

    /// <summary>How many events a request has at most.</summary>
    [Range(1, 100_000)]
    public int MaxBatchRecords { get; set; } = 500;

    /// <summary>How many bytes of events a request has at most; an event that is larger goes alone.</summary>
    [Range(1024, 512 * 1024 * 1024)]
    public int MaxBatchBytes { get; set; } = 5 * 1024 * 1024;

    /// <summary>Headers of every request. Secrets are set by the environment, as <c>Stages__NAME__Settings__Headers__Authorization</c>; no value is ever logged.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>With <see cref="HttpFormat.Bulk"/>, the index of an event; <c>{stream}</c> stands for its stream. Null is <c>{stream}</c>.</summary>
    public string? Index { get; set; }

    /// <summary>How requests are made: hosts, time limits, concurrency, circuit. Without allowed hosts, that of <see cref="Address"/> is.</summary>
    public LookupOptions Requests { get; } = new();
}
