using System.Buffers;
using System.Globalization;
using System.Text;
using Millrace.Core;
using Millrace.Lookups;

namespace Millrace.Connectors;

/// <summary>Where a stage's events are posted to, and how.</summary>
internal sealed class HttpTarget(StageDefinition stage, HttpSinkSettings settings, Uri address, IBatchFormat format, HttpLookup client) : IDisposable
{
    /// <summary>The header by which a receiver can tell a request that is repeated.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    private const int MaxQuotation = 300;

    // A receiver may ask for any pause; after this one it is asked again.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly string _place = address.GetLeftPart(UriPartial.Path);

    /// <summary>How events are written.</summary>
    public IBatchFormat Format => format;

    /// <summary>The stage's settings.</summary>
    public HttpSinkSettings Settings => settings;

    /// <summary>Posts events of one partition.</summary>
    /// <exception cref="SinkException">It cannot be told that they were taken, and none was refused; it can be retried.</exception>
    public async ValueTask<BatchAnswer> PostAsync(ArraySegment<HttpEntry> batch, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>(batch.Sum(entry => entry.Size) + 1);
        format.Write(batch, body);
        LookupAnswer answer;
        try
        {
            answer = await client.PostAsync(address, new LookupPost(body.WrittenMemory, format.ContentType, Headers(batch)), cancellation).ConfigureAwait(false);
        }
        catch (LookupException failure) when (failure.Error.Type == LookupErrorTypes.TooLarge && failure.Status is { } status && !((int)status < 300 && format.ReadsAnswers))
        {
            // The status says enough.
            answer = new LookupAnswer(status, default);
        }
        catch (LookupException failure)
        {
            throw new SinkException(failure.Message, failure) { CanRetry = true, RetryAfter = failure.RetryAfter is { } asked && asked > LongestPause ? LongestPause : failure.RetryAfter };
        }

        if (answer.IsSuccess)
        {
            return format.Read(batch, answer.Body);
        }

        var said = string.Create(CultureInfo.InvariantCulture, $"{_place} answered {(int)answer.Status}: {Quote(answer.Body)}");
        return IsAboutEvents((int)answer.Status) ? Narrow(batch, said) : throw new SinkException(
            $"{said} That is not about the events but about the address, its credentials or headers: they wait until it is put right.") { CanRetry = true };
    }

    public void Dispose() => client.Dispose();

    // Where it cannot be told which event is refused, each half is sent alone.
    private static BatchAnswer Narrow(ArraySegment<HttpEntry> batch, string said) => batch.Count == 1
        ? new BatchAnswer([new RefusedRecord(batch[0].Processed, said, ErrorTypes.RefusedByStore)], [])
        : new BatchAnswer([], [batch[..(batch.Count / 2)], batch[(batch.Count / 2)..]]);

    // Of what the client leaves: neither 408, 429 nor 5xx. Without credentials every event would be refused, and none is at fault.
    private static bool IsAboutEvents(int status) => status is >= 400 and < 500 and not (401 or 402 or 403 or 404 or 405 or 407 or 410 or 421 or 425 or 426 or 431);

    private List<KeyValuePair<string, string>> Headers(ArraySegment<HttpEntry> batch)
    {
        List<KeyValuePair<string, string>> headers = [.. settings.Headers];
        if (!format.ReadsAnswers)
        {
            var (topic, partition, first) = batch[0].Processed.Input.Position;
            headers.Add(new(IdempotencyKey, string.Create(CultureInfo.InvariantCulture, $"{stage.Name}.{topic}.{partition}.{first}-{batch[^1].Offset}")));
        }

        return headers;
    }

    private static string Quote(ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 4 * MaxQuotation)]).Trim();
        return text.Length == 0 ? "nothing more." : Excerpt.Of(text.ReplaceLineEndings(" "), MaxQuotation);
    }
}
