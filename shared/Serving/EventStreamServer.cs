using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Serving;

/// <summary>Serves streams to clients over HTTP, each from where it likes. Safe for concurrent use.</summary>
/// <param name="streams">The streams; only those that the catalog allows are served.</param>
/// <param name="kafka">How to reach Kafka.</param>
/// <param name="options">How to serve.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where to log.</param>
public sealed class EventStreamServer(StreamCatalog streams, KafkaOptions kafka, ServingOptions options, TimeProvider time, ILogger<EventStreamServer> log)
{
    private int _connections;

    /// <summary>How many clients read at present.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Begins to serve a client.</summary>
    /// <returns>Its stream, which counts as a connection until it is disposed of.</returns>
    /// <exception cref="StreamRefusedException">The request is wrong (400), a stream is not to be had (404), or there are too many clients or no brokers (503).</exception>
    public async Task<EventStream> OpenAsync(StreamRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = StreamQuery.Of(request, streams);
        if (Interlocked.Increment(ref _connections) > options.MaxConnections)
        {
            Release();
            throw new StreamRefusedException(503, $"{options.MaxConnections} clients read already, which is all that this server takes (EventStreams:MaxConnections). Come again.");
        }

        try
        {
            var feed = await RecordFeed.OpenAsync(query, kafka, options, time.GetUtcNow().ToUnixTimeMilliseconds()).ConfigureAwait(false);
            return new EventStream(feed, query.Filter, options, time, log, Release);
        }
        catch (Exception cause)
        {
            Release();
            if (cause is KafkaException refused)
            {
                throw new StreamRefusedException(503, $"The streams cannot be read now: {refused.Error.Reason}. Come again.", cause);
            }

            throw;
        }
    }

    private void Release() => Interlocked.Decrement(ref _connections);
}
