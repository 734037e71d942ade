using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>What is kept between the sessions of one partition of a stage: its place in the spool, and what waits to become files.</summary>
/// <remarks>Its calls exclude one another; the timer's are among them.</remarks>
internal sealed partial class LakePartition
{
    // Entries without events are rare, but where a stage leaves all out there would be no end of them.
    private const int MaxEntries = 1_000;

    private readonly Turn _turn = new(1);
    private readonly LakeSettings _settings;
    private readonly LakeFlush _flush;
    private readonly string _application;
    private readonly string _spoolFolder;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, EventCheck> _checks = new(StringComparer.Ordinal);
    private LakeSpool? _spool;
    private object? _session;

    public LakePartition(string stage, StreamPartition partition, LakeTable table, LakeSettings settings, Turn gate, ILogger log)
    {
        _application = $"{stage}/{partition.Topic}/{partition.Partition}";
        _spoolFolder = $"_millrace/spool/{_application}";
        (Table, _settings, _log) = (table, settings, log);
        _flush = new LakeFlush(table, _application, partition, settings, gate);
    }

    public LakeTable Table { get; }

    /// <summary>Opens a session, whose predecessor's commits fail from now on.</summary>
    public Task<LakeSession> OpenAsync(CancellationToken cancellation) => InTurnAsync(async () =>
    {
        if (_spool is null || !await _spool.IsMineAsync(cancellation).ConfigureAwait(false))
        {
            _spool = null;
            var spool = new LakeSpool(Table.Files, _spoolFolder, Table.Time);
            await spool.OpenAsync(_flush.ReadPositionAsync, cancellation).ConfigureAwait(false);
            _spool = spool;
            LogOpened(_log, _application, spool.Checkpoint, spool.Entries.Count);
        }

        var session = new LakeSession(this, _spool.Checkpoint);
        _session = session;
        return session;
    }, cancellation);

    /// <summary>What checks events of a schema. The first of each schema is compared with the table.</summary>
    /// <exception cref="SinkException">The table cannot take events of that schema.</exception>
    public async ValueTask<EventCheck> CheckOfAsync(string schemaUri, CancellationToken cancellation)
    {
        if (!_checks.TryGetValue(schemaUri, out var check))
        {
            var snapshot = await InTurnAsync(() => Table.Log.ReadAsync(cancellation), cancellation).ConfigureAwait(false);
            Table.Merge(snapshot, _checks.Keys.Append(schemaUri));
            _checks[schemaUri] = check = new EventCheck(Table.ColumnsOf(schemaUri));
        }

        return check;
    }

    /// <summary>Makes a session's events durable.</summary>
    public Task CommitAsync(LakeSession session, long checkpoint, int rows, IReadOnlyList<string> schemas, ReadOnlyMemory<byte> events, CancellationToken cancellation) => InTurnAsync(async () =>
    {
        if (!ReferenceEquals(session, _session) || _spool is null)
        {
            throw TakenOver();
        }

        if (IsFull(_spool))
        {
            await FlushAsync(cancellation).ConfigureAwait(false);
        }

        if (!await _spool.TryAppendAsync(checkpoint, rows, schemas, events, cancellation).ConfigureAwait(false))
        {
            _spool = null;
            throw TakenOver();
        }

        return true;
    }, cancellation);

    /// <summary>Makes files of what has waited for long enough.</summary>
    /// <param name="all">Whether of everything.</param>
    /// <param name="cancellation">Leaves it in the spool.</param>
    public Task RollAsync(bool all, CancellationToken cancellation) => InTurnAsync(async () =>
    {
        if (_spool?.Entries.FirstOrDefault(entry => entry.Rows > 0) is { } oldest && (all || Table.Time.GetUtcNow() - oldest.Written >= _settings.RollAge))
        {
            await FlushAsync(cancellation).ConfigureAwait(false);
        }

        return true;
    }, cancellation);

    private async Task FlushAsync(CancellationToken cancellation)
    {
        var spool = _spool!;
        if (await _flush.RunAsync(spool, cancellation).ConfigureAwait(false))
        {
            return;
        }

        _spool = null;
        throw TakenOver();
    }

    private bool IsFull(LakeSpool spool) =>
        spool.Entries.Count >= MaxEntries || spool.Entries.Sum(entry => entry.Size) >= _settings.RollBytes || spool.Entries.Sum(entry => (long)entry.Rows) >= _settings.RollRows;

    private SinkException TakenOver() => new($"{_application} of table '{Table.Name}' was taken over by another session: this one's events are not in the lake.");

    private async Task<T> InTurnAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        using var turn = await _turn.TakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SinkException($"{_application} of table '{Table.Name}' waits for the lake: {failure.Message}", failure) { CanRetry = true };
        }
    }
}
