using System.Net;
using System.Text.Json;

namespace Millrace.Lookups;

/// <summary>How one attempt ended: with an answer or with a failure.</summary>
/// <param name="Answer">The answer; null where JSON was asked for.</param>
/// <param name="Json">The answer's body as JSON; undefined where it was not asked for.</param>
/// <param name="Failure">Why there is no answer; null where there is one.</param>
internal readonly record struct LookupAttempt(LookupAnswer? Answer, JsonElement Json, LookupFailure? Failure)
{
    public static LookupAttempt Of(HttpStatusCode status, byte[] body) => new(new LookupAnswer(status, body), default, null);

    public static LookupAttempt Of(JsonElement json) => new(null, json, null);

    public static implicit operator LookupAttempt(LookupFailure failure) => new(null, default, failure);
}
