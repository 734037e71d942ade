using System.Net;
using Polly;

namespace Millrace.Lookups;

/// <summary>One lookup under way: what its attempts share.</summary>
internal sealed class LookupCall(Uri uri, bool asJson, LookupPost? post, TimeSpan limit, TimeProvider time)
{
    private static readonly ResiliencePropertyKey<LookupCall> Key = new("millrace.lookup");
    private readonly long _started = time.GetTimestamp();

    public Uri Uri => uri;

    /// <summary>Whether the answer must be JSON, and an attempt without it has failed.</summary>
    public bool AsJson => asJson;

    /// <summary>What is sent along; null where it is only asked.</summary>
    public LookupPost? Post => post;

    /// <summary>How many requests were sent.</summary>
    public int Attempts { get; set; }

    /// <summary>Why the latest attempt failed; null before any did.</summary>
    public LookupFailure? LastFailure { get; set; }

    /// <summary>The requests that failed; null before any did.</summary>
    public AttemptTrail? Trail { get; private set; }

    /// <summary>Whether the time for the whole lookup is over.</summary>
    public bool OutOfTime { get; set; }

    /// <summary>What its latest request showed to be let in; null where that was nothing. Never logged.</summary>
    public string? Shown { get; set; }

    /// <summary>Whether it waits until its host may be asked again.</summary>
    public bool WaitsForRate { get; set; }

    /// <summary>Keeps that a request failed.</summary>
    /// <param name="status">The status of its answer; null where there was none.</param>
    /// <param name="type">One of <see cref="LookupErrorTypes"/>.</param>
    /// <param name="took">What it took.</param>
    public void Note(HttpStatusCode? status, string type, TimeSpan took) => (Trail ??= new AttemptTrail(this)).Add(status, type, took);

    /// <summary>Whether a pause can end before the time for the whole lookup does.</summary>
    public bool HasTimeFor(TimeSpan pause) => time.GetElapsedTime(_started) + pause < limit;

    public void AttachTo(ResilienceContext context) => context.Properties.Set(Key, this);

    public static LookupCall Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);
}
