using System.Collections.Concurrent;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>A sink in memory: keeps what was settled, and fails when told to.</summary>
public sealed class InMemorySink : ISink
{
    private readonly ConcurrentDictionary<StreamPartition, List<ProcessedRecord>> _settled = new();

    /// <summary>Asked before each append; what it throws is thrown.</summary>
    public Action<ProcessedRecord>? OnAppend { get; set; }

    /// <summary>Asked before each settling; what it throws is thrown, and the session keeps its outcomes for another try.</summary>
    public Action<StreamPartition>? OnSettle { get; set; }

    /// <summary>Which processed records the sink never takes, and why; null takes it.</summary>
    public Func<ProcessedRecord, string?>? Refuses { get; set; }

    /// <summary>Whether sessions say that outcomes wait in memory until they are settled.</summary>
    public bool HoldsOutcomes { get; set; }

    /// <summary>The checkpoint that sessions of a partition start from.</summary>
    public Func<StreamPartition, long> Checkpoint { get; set; } = _ => 0;

    /// <summary>Whether a checkpoint of zero is one, and not that none is known.</summary>
    public bool KnowsCheckpoints { get; set; }

    /// <summary>Everything settled, in the order of its settling within each partition.</summary>
    public IReadOnlyList<ProcessedRecord> Settled => [.. _settled.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal).SelectMany(entry => entry.Value)];

    /// <summary>What was settled for one partition, in order.</summary>
    public IReadOnlyList<ProcessedRecord> SettledOf(StreamPartition partition) => _settled.TryGetValue(partition, out var settled) ? settled : [];

    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        new(new Session(this, partition));

    private sealed class Session(InMemorySink sink, StreamPartition partition) : IPartitionSession
    {
        private readonly List<ProcessedRecord> _appended = [];

        public long Checkpoint { get; } = sink.Checkpoint(partition);

        public bool KnowsCheckpoint => sink.KnowsCheckpoints;

        public long HeldBytes => sink.HoldsOutcomes ? _appended.Sum(processed => processed.Outputs.Sum(output => (long)output.Value.Length)) : 0;

        public ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
        {
            sink.OnAppend?.Invoke(processed);
            _appended.Add(processed);
            return default;
        }

        public ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation)
        {
            sink.OnSettle?.Invoke(partition);
            var refused = new List<RefusedRecord>();
            var settled = sink._settled.GetOrAdd(partition, _ => []);
            foreach (var processed in _appended)
            {
                if (sink.Refuses?.Invoke(processed) is { } reason)
                {
                    refused.Add(new RefusedRecord(processed, reason));
                }
                else
                {
                    settled.Add(processed);
                }
            }

            _appended.Clear();
            return new(refused);
        }

        public ValueTask DisposeAsync() => default;
    }
}
