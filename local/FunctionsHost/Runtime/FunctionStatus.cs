using Confluent.Kafka;

namespace Millrace.FunctionsHost;

/// <summary>How one function fares; may be read at any time, from any thread.</summary>
public sealed class FunctionStatus
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TopicPartition[] _partitions = [];
    private Exception? _lastError;
    private long _batches;
    private long _records;
    private int _running;
    private bool _stopped;

    internal FunctionStatus(string name, bool consumes = true)
    {
        Name = name;
        Consumes = consumes;
        if (!consumes)
        {
            _assigned.TrySetResult();
        }
    }

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>Whether the function has a Kafka trigger; one with another has no partitions.</summary>
    public bool Consumes { get; }

    /// <summary>Completes when the function has partitions for the first time; at once where it never has any.</summary>
    public Task Assigned => _assigned.Task;

    /// <summary>What the function is doing.</summary>
    public FunctionState State
    {
        get
        {
            lock (_gate)
            {
                return _stopped ? FunctionState.Stopped
                    : _running > 0 ? FunctionState.Running
                    : _partitions.Length > 0 || !Consumes ? FunctionState.Waiting
                    : FunctionState.Starting;
            }
        }
    }

    /// <summary>The partitions that the function reads at present.</summary>
    public IReadOnlyList<TopicPartition> Partitions
    {
        get
        {
            lock (_gate)
            {
                return _partitions;
            }
        }
    }

    /// <summary>What the function or its consumer last failed with; null if neither ever did.</summary>
    public Exception? LastError
    {
        get
        {
            lock (_gate)
            {
                return _lastError;
            }
        }
    }

    /// <summary>How many batches the function was given, or how often it was called for a request or by its schedule; calling it again with the same one does not count.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>How many records were in these batches; 0 where there are none.</summary>
    public long Records => Interlocked.Read(ref _records);

    internal void Assign(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            _partitions = [.. _partitions.Union(partitions)];
            if (_partitions.Length > 0)
            {
                _assigned.TrySetResult();
            }
        }
    }

    internal void Revoke(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            _partitions = [.. _partitions.Except(partitions)];
        }
    }

    internal void Begin(int records)
    {
        lock (_gate)
        {
            _running++;
        }

        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _records, records);
    }

    internal void End()
    {
        lock (_gate)
        {
            _running--;
        }
    }

    internal void Fail(Exception error)
    {
        lock (_gate)
        {
            _lastError = error;
        }
    }

    internal void Close()
    {
        lock (_gate)
        {
            _partitions = [];
        }
    }

    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
        }
    }
}
