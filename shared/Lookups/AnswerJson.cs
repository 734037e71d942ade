using System.Net;
using System.Text.Json;
using System.Text.Unicode;

namespace Millrace.Lookups;

/// <summary>Makes JSON of an answer's body.</summary>
internal static class AnswerJson
{
    /// <summary>The answer, or the failure of one that is no JSON.</summary>
    public static LookupAttempt Parse(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return new LookupFailure(LookupErrorTypes.Malformed, "the answer is empty, no JSON") { Status = status };
        }

        // The parser leaves the insides of strings unchecked; whoever reads them would meet the broken ones.
        if (!Utf8.IsValid(body))
        {
            return new LookupFailure(LookupErrorTypes.Malformed, "the answer is not UTF-8") { Status = status };
        }

        try
        {
            return LookupAttempt.Of(JsonElement.Parse(body));
        }
        catch (JsonException exception)
        {
            return new LookupFailure(LookupErrorTypes.Malformed, $"the answer is not JSON: {exception.Message.TrimEnd('.')}") { Status = status, Exception = exception };
        }
    }
}
