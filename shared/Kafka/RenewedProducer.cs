using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.Kafka;

/// <summary>One producer for many users: opened for the first of them, and made anew after an error that it cannot survive. Safe for concurrent use.</summary>
/// <param name="config">The producer's settings.</param>
/// <param name="log">Where the client logs.</param>
internal sealed partial class RenewedProducer(ProducerConfig config, ILogger log) : IDisposable
{
    private readonly Lock _gate = new();
    private SharedProducer? _producer;
    private bool _disposed;

    /// <summary>The producer; its user releases it.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public SharedProducer Share()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_producer is null or { IsBroken: true })
            {
                var fresh = new SharedProducer(Build).Open();
                _producer?.Release();
                _producer = fresh;
            }

            return _producer.Share();
        }
    }

    /// <summary>Waits for what is on its way, for so long at most, then closes the producer.</summary>
    public void Close(TimeSpan patience)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _producer?.Client.Flush(patience);
                Dispose();
            }
        }
    }

    /// <summary>Closes the producer. What is not acknowledged by then is forgotten without a word.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _producer?.Dispose();
        }
    }

    private IProducer<byte[], byte[]> Build(SharedProducer producer) => new ProducerBuilder<byte[], byte[]>(config)
        .SetErrorHandler((_, error) =>
        {
            LogClientError(log, error.Code, error.Reason, error.IsFatal);
            if (error.IsFatal)
            {
                producer.Break();
            }
        })
        .SetLogHandler((_, line) => LogClient(log, line.Level, line.Message))
        .Build();

    [LoggerMessage(1, LogLevel.Warning, "Kafka producer: {Code}: {Reason} (fatal: {Fatal})")]
    private static partial void LogClientError(ILogger log, ErrorCode code, string reason, bool fatal);

    [LoggerMessage(2, LogLevel.Debug, "Kafka producer: {Level}: {Line}")]
    private static partial void LogClient(ILogger log, SyslogLevel level, string line);
}
