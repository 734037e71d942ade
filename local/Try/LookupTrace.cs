using System.Collections.Concurrent;
using System.Globalization;
using Millrace.Lookups;
using Millrace.Testing;

namespace Millrace.Local;

/// <summary>Notes the requests of lookups on their way.</summary>
/// <param name="answers">Recorded answers; null asks the network.</param>
/// <param name="time">The clock.</param>
internal sealed class LookupTrace(RecordedLookups? answers, TimeProvider time)
{
    private readonly ConcurrentQueue<TracedLookup> _made = new();

    /// <summary>The requests in the order of their answers.</summary>
    public IReadOnlyCollection<TracedLookup> Made => _made;

    /// <summary>What sends the requests of a lookup.</summary>
    public HttpMessageHandler Transport(LookupOptions options) => new Tracing(this, answers?.Transport(options) ?? HttpLookup.CreateHandler(options), options.MaxAnswerBytes);

    private sealed class Tracing(LookupTrace trace, HttpMessageHandler inner, int maxBytes) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var started = trace.Time.GetTimestamp();
            var answer = "no answer";
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                answer = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.ReasonPhrase}");
                await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
                answer = string.Create(CultureInfo.InvariantCulture, $"{answer}, {response.Content.Headers.ContentLength:N0} bytes");
                return response;
            }
            catch (Exception failure)
            {
                answer = $"{answer}: {failure.Message}";
                throw;
            }
            finally
            {
                trace._made.Enqueue(new TracedLookup($"{request.Method} {request.RequestUri}", answer, trace.Time.GetElapsedTime(started)));
            }
        }
    }

    private TimeProvider Time => time;
}
