using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Millrace.Lookups;

/// <summary>Makes one attempt: sends the request, reads the whole body, parses it where JSON is wanted.</summary>
/// <param name="client">What sends the requests.</param>
/// <param name="maxAnswerBytes">The largest answer that is accepted.</param>
/// <param name="time">The clock of dates in answers.</param>
/// <param name="quotesReasons">Whether a failure has the server's own words: not where requests hold secrets, which it might repeat.</param>
/// <param name="credentials">What requests show; null is nothing.</param>
internal sealed class LookupSender(HttpClient client, int maxAnswerBytes, TimeProvider time, bool quotesReasons, IRequestCredentials? credentials = null)
{
    /// <summary>Makes the attempt. Whatever goes wrong on the way is its result; only a cancellation is thrown.</summary>
    public async ValueTask<LookupAttempt> SendAsync(LookupCall call, CancellationToken cancellationToken)
    {
        HttpStatusCode? status = null;
        var started = time.GetTimestamp();
        try
        {
            using var request = Request(call);
            if (call.AsJson)
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            }

            if (credentials is not null && await credentials.ApplyAsync(call, request, cancellationToken).ConfigureAwait(false) is { } none)
            {
                return Noted(call, started, none);
            }

            call.Attempts++;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            status = response.StatusCode;
            return Noted(call, started, Judge(response, call.AsJson) is { } failure
                ? failure
                : await ReadAsync(response, call.AsJson, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Noted(call, started, new LookupFailure(LookupErrorTypes.Timeout, "the connection took too long") { Exception = exception });
        }
        catch (OperationCanceledException)
        {
            // By the time for an attempt, or for all of them: who gave it up makes the failure.
            call.Note(status, LookupErrorTypes.Timeout, time.GetElapsedTime(started));
            throw;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            // Once there was a status, what broke is the body.
            return Noted(call, started, status is null
                ? new LookupFailure(LookupErrorTypes.Unreachable, $"there was no answer: {Plain(exception)}") { Exception = exception }
                : new LookupFailure(LookupErrorTypes.Malformed, $"the answer broke off: {Plain(exception)}") { Exception = exception, Status = status });
        }
    }

    private LookupAttempt Noted(LookupCall call, long started, LookupAttempt attempt)
    {
        if (attempt.Failure is { } failure)
        {
            call.Note(failure.Status, failure.Type, time.GetElapsedTime(started));
        }

        return attempt;
    }

    private static HttpRequestMessage Request(LookupCall call)
    {
        if (call.Post is not { } post)
        {
            return new HttpRequestMessage(HttpMethod.Get, call.Uri);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, call.Uri) { Content = new ReadOnlyMemoryContent(post.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(post.ContentType);
        foreach (var (name, value) in post.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private LookupFailure? Judge(HttpResponseMessage response, bool asJson)
    {
        var status = (int)response.StatusCode;
        var retryable = status is 408 or 429 or >= 500;
        if (!retryable && (!asJson || response.IsSuccessStatusCode))
        {
            return null;
        }

        var pause = RetryAfter(response.Headers.RetryAfter);
        var asked = pause is null ? "" : string.Create(CultureInfo.InvariantCulture, $" and asks to wait {pause.Value.TotalSeconds:0.###} s");
        var location = status is >= 300 and < 400 ? "; redirects are not followed" : "";
        return new LookupFailure(LookupErrorTypes.Status, $"the server answered {status} {(quotesReasons ? response.ReasonPhrase : "")}".TrimEnd() + asked + location)
        {
            Retryable = retryable,
            RetryAfter = pause,
            Status = response.StatusCode,
        };
    }

    private async ValueTask<LookupAttempt> ReadAsync(HttpResponseMessage response, bool asJson, CancellationToken cancellationToken)
    {
        using var body = new BoundedBody();
        if (!await body.TryReadAsync(response.Content, maxAnswerBytes, cancellationToken).ConfigureAwait(false))
        {
            return new LookupFailure(
                LookupErrorTypes.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"the answer is larger than the {maxAnswerBytes} bytes that are accepted"))
            {
                Retryable = false,
                Status = response.StatusCode,
            };
        }

        return asJson ? AnswerJson.Parse(response.StatusCode, body.Bytes) : LookupAttempt.Of(response.StatusCode, body.Bytes.ToArray());
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? header?.Date - time.GetUtcNow();
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    private static string Plain(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');
}
