using System.Buffers;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Collects the events of a batch, each checked against its columns, until they become an entry of the spool.</summary>
internal sealed class LakeSession(LakePartition partition, long checkpoint) : IStoreSession
{
    private readonly ArrayBufferWriter<byte> _events = partition.Buffers.Take();
    private bool _isDisposed;
    private readonly List<string> _schemas = [];
    private readonly List<RefusedRecord> _refused = [];
    private int _rows;

    public long Checkpoint { get; private set; } = checkpoint;

    public long HeldBytes => _events.WrittenCount;

    public async ValueTask AppendAsync(ProcessedRecord accepted, CancellationToken cancellation)
    {
        var schemaUri = accepted.SchemaUri ?? throw new InvalidOperationException($"The event at {accepted.Input.Origin} has no schema.");
        var check = await partition.CheckOfAsync(schemaUri, cancellation).ConfigureAwait(false);
        if (check.WhyNot(accepted.Input.Value, out var time, out var id) is { } reason)
        {
            _refused.Add(new RefusedRecord(accepted, $"Table '{partition.Table.Name}' does not take the event: {reason}", ErrorTypes.RefusedByStore));
            return;
        }

        var schema = _schemas.IndexOf(schemaUri);
        if (schema < 0)
        {
            schema = _schemas.Count;
            _schemas.Add(schemaUri);
        }

        SpoolFormat.Write(_events, schema, accepted.Input.Origin.Offset, time, id, accepted.Input.Value);
        _rows++;
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, CancellationToken cancellation)
    {
        if (_refused.Count > 0)
        {
            RefusedRecord[] refused = [.. _refused];
            _refused.Clear();
            return refused;
        }

        await partition.CommitAsync(this, checkpoint, _rows, _schemas, _events.WrittenMemory, cancellation).ConfigureAwait(false);
        Checkpoint = checkpoint;
        Forget();
        return [];
    }

    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Forget();
            _refused.Clear();
            partition.Buffers.Return(_events);
        }

        return default;
    }

    private void Forget()
    {
        _events.ResetWrittenCount();
        _schemas.Clear();
        _rows = 0;
    }
}
