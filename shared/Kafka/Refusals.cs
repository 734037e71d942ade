using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>What brokers will never take of a batch.</summary>
/// <remarks>
/// A broker refuses batches of records, not records: where several travelled together, each is suspected, and has to travel
/// alone in the next try to be found innocent or guilty. Safe for concurrent use.
/// </remarks>
/// <param name="batchBytes">From this size, in bytes, a record travels alone anyway.</param>
internal sealed class Refusals(int batchBytes)
{
    private readonly Lock _gate = new();
    private readonly HashSet<OutputRecord> _suspects = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ProcessedRecord, RefusedRecord> _certain = new(ReferenceEqualityComparer.Instance);

    /// <summary>Records of which one output or more is refused.</summary>
    public IReadOnlyCollection<RefusedRecord> Certain
    {
        get
        {
            lock (_gate)
            {
                return [.. _certain.Values];
            }
        }
    }

    /// <summary>How much is known; it only grows.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _suspects.Count + _certain.Count;
            }
        }
    }

    /// <summary>Whether an error is about the record, and will be the same for ever.</summary>
    public static bool IsRefusal(ErrorCode code) =>
        code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp;

    public bool IsRefused(ProcessedRecord processed)
    {
        lock (_gate)
        {
            return _certain.ContainsKey(processed);
        }
    }

    public bool IsSuspect(OutputRecord output)
    {
        lock (_gate)
        {
            return _suspects.Contains(output);
        }
    }

    /// <summary>Adds what was refused.</summary>
    /// <param name="processed">The record.</param>
    /// <param name="output">Its output that was refused.</param>
    /// <param name="reason">Why, in the brokers' or the client's words.</param>
    /// <param name="alone">Whether nothing else was refused with it.</param>
    public void Add(ProcessedRecord processed, OutputRecord output, string reason, bool alone)
    {
        lock (_gate)
        {
            if (alone || output.Value.Length >= batchBytes)
            {
                _certain.TryAdd(processed, new RefusedRecord(processed, reason));
            }
            else
            {
                _suspects.Add(output);
            }
        }
    }
}
