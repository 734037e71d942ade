using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Telemetry;

/// <summary>How far one stage is behind: the latest answer of the brokers, who are asked anew when somebody looks and it is old.</summary>
/// <param name="name">The stage's name.</param>
/// <param name="open">Connects to the brokers.</param>
/// <param name="interval">How old an answer may be.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">Told of the first of several failures.</param>
internal sealed class StageLag(string name, Func<LagReader> open, TimeSpan interval, TimeProvider time, Action<Exception> failed) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyDictionary<StreamPartition, PartitionLag> _latest = new Dictionary<StreamPartition, PartitionLag>();
    private Task _reading = Task.CompletedTask;
    private LagReader? _reader;
    private long? _asked;
    private bool _isFailing;
    private bool _isClosed;

    public string Name => name;

    /// <summary>By partition; none before the first answer, and none while brokers do not answer: no value is better than one that may be wrong.</summary>
    /// <remarks>Returns at once.</remarks>
    public IReadOnlyDictionary<StreamPartition, PartitionLag> Look()
    {
        lock (_gate)
        {
            if (!_isClosed && _reading.IsCompleted && (_asked is not { } asked || time.GetElapsedTime(asked) >= interval))
            {
                _asked = time.GetTimestamp();
                _reading = Task.Run(Ask);
            }
        }

        return _latest;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        await _reading.ConfigureAwait(false);
        _reader?.Dispose();
    }

    private void Ask()
    {
        try
        {
            _reader ??= open();
            _latest = _reader.Measure();
            _isFailing = false;
        }
        catch (Exception failure)
        {
            _latest = new Dictionary<StreamPartition, PartitionLag>();
            if (!_isFailing)
            {
                failed(failure);
            }

            _isFailing = true;
        }
    }
}
