using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Opens sessions without transactions, all over one idempotent producer, which is made anew after an error that it cannot survive.</summary>
internal sealed partial class AtLeastOnceSink : ISink, IDisposable
{
    private readonly ProducerConfig _config;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private SharedProducer? _producer;
    private bool _disposed;

    public AtLeastOnceSink(ProducerConfig config, ILogger log) => (_config, _log) = (config, log);

    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        new(new KafkaSession(Producer()));

    /// <summary>Closes the producer. What is not acknowledged by then was not settled either.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _producer?.Dispose();
        }
    }

    private SharedProducer Producer()
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

    private IProducer<byte[], byte[]> Build(SharedProducer producer) => new ProducerBuilder<byte[], byte[]>(_config)
        .SetErrorHandler((_, error) =>
        {
            LogClientError(_log, error.Code, error.Reason, error.IsFatal);
            if (error.IsFatal)
            {
                producer.Break();
            }
        })
        .SetLogHandler((_, line) => LogClient(_log, line.Level, line.Message))
        .Build();

    [LoggerMessage(1, LogLevel.Warning, "Kafka producer: {Code}: {Reason} (fatal: {Fatal})")]
    private static partial void LogClientError(ILogger log, ErrorCode code, string reason, bool fatal);

    [LoggerMessage(2, LogLevel.Debug, "Kafka producer: {Level}: {Line}")]
    private static partial void LogClient(ILogger log, SyslogLevel level, string line);
}
