using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>What is kept between the sessions of one partition of a stage: its place in the spool, and what waits to become files.</summary>
/// <remarks>Its calls exclude one another, but for making files, which goes on beside the others.</remarks>
internal sealed partial class LakePartition
{
    // Entries without events are rare, but where a stage leaves all out there would be no end of them.
    private const int MaxEntries = 1_000;

    private readonly Turn _turn = new(1);
    private readonly Turn _flushing = new(1);
    private readonly LakeSettings _settings;
    private readonly LakeFlush _flush;
    private readonly string _application;
    private readonly string _spoolFolder;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, EventCheck> _checks = new(StringComparer.Ordinal);
    private LakeSpool? _spool;
    private object? _session;
    private Waiting _waiting = new(0, 0, 0, null);
    private Task _rolling = Task.CompletedTask;

    public LakePartition(LakeApplication application, StreamPartition partition, LakeTable table, LakeSettings settings, Turn gate, ILogger log)
    {
        _application = application.Checkpoint;
        _spoolFolder = $"_millrace/spool/{_application}";
        (Table, _settings, _log) = (table, settings, log);
        _flush = new LakeFlush(table, application, partition, gate, log);
    }

    public LakeTable Table { get; }

    /// <summary>The memory of sessions.</summary>
    public SpoolBuffers Buffers { get; } = new();

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
    /// <remarks>When there are enough, they become files beside what is appended next; when there are twice as many, that waits for it.</remarks>
    public async Task CommitAsync(LakeSession session, long checkpoint, int rows, IReadOnlyList<string> schemas, ReadOnlyMemory<byte> events, CancellationToken cancellation)
    {
        if (IsFull(2))
        {
            await FlushAsync(cancellation).ConfigureAwait(false);
        }

        await InTurnAsync(() => AppendAsync(session, checkpoint, rows, schemas, events, cancellation), cancellation).ConfigureAwait(false);
        if (IsFull(1) && _rolling.IsCompleted)
        {
            _rolling = Task.Run(RollBesideAsync, CancellationToken.None);
        }
    }

    private async Task<bool> AppendAsync(LakeSession session, long checkpoint, int rows, IReadOnlyList<string> schemas, ReadOnlyMemory<byte> events, CancellationToken cancellation)
    {
        if (!ReferenceEquals(session, _session) || _spool is null)
        {
            throw TakenOver();
        }

        if (!await _spool.TryAppendAsync(checkpoint, rows, schemas, events, cancellation).ConfigureAwait(false))
        {
            _spool = null;
            throw TakenOver();
        }

        return true;
    }

    /// <summary>Makes files of what has waited for long enough.</summary>
    /// <param name="all">Whether of everything.</param>
    /// <param name="cancellation">Leaves it in the spool.</param>
    public async Task RollAsync(bool all, CancellationToken cancellation)
    {
        await _rolling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_waiting.Oldest is { } oldest && (all || Table.Time.GetUtcNow() - oldest >= _settings.RollAge))
        {
            await FlushAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(CancellationToken cancellation)
    {
        using var turn = await _flushing.TakeAsync(cancellation).ConfigureAwait(false);
        while (await InTurnAsync(() => Task.FromResult((Spool: _spool, Window: Window())), cancellation).ConfigureAwait(false) is { Spool: { } spool, Window: { Count: > 0 } window })
        {
            var done = await GuardAsync(() => _flush.RunAsync(spool, window, cancellation)).ConfigureAwait(false);
            await InTurnAsync(() => ReleaseAsync(spool, done, cancellation), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> ReleaseAsync(LakeSpool spool, long? done, CancellationToken cancellation)
    {
        if (done is { } number)
        {
            await spool.ReleaseAsync(number, cancellation).ConfigureAwait(false);
        }
        else if (ReferenceEquals(spool, _spool))
        {
            _spool = null;
        }

        return done is not null ? true : throw TakenOver();
    }

    // What fails stays in the spool; the timer tries again, and so does the commit that cannot wait.
    private async Task RollBesideAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (SinkException failure)
        {
            LogNotRolled(_log, failure, _application);
        }
    }

    private List<SpoolEntry> Window()
    {
        var window = new List<SpoolEntry>();
        var bytes = 0L;
        foreach (var entry in _spool?.Entries ?? [])
        {
            if (window.Count > 0 && bytes + entry.Size > _settings.RollBytes)
            {
                break;
            }

            bytes += entry.Size;
            window.Add(entry);
        }

        return window;
    }

    private bool IsFull(int times) => _waiting is var (entries, bytes, rows, _)
        && (entries >= MaxEntries * times || bytes >= _settings.RollBytes * times || rows >= (long)_settings.RollRows * times);

    // For those who look without a turn.
    private void Count()
    {
        var entries = _spool?.Entries ?? [];
        _waiting = new Waiting(entries.Count, entries.Sum(entry => entry.Size), entries.Sum(entry => (long)entry.Rows), entries.FirstOrDefault(entry => entry.Next > _spool!.Settled)?.Written);
    }

    private SinkException TakenOver() => new($"{_application} of table '{Table.Name}' was taken over by another session: this one's events are not in the lake.");

    private async Task<T> InTurnAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        using var turn = await _turn.TakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await GuardAsync(call).ConfigureAwait(false);
        }
        finally
        {
            Count();
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SinkException($"{_application} of table '{Table.Name}' waits for the lake: {failure.Message}", failure) { CanRetry = true };
        }
    }

    private sealed record Waiting(int Entries, long Bytes, long Rows, DateTimeOffset? Oldest);
}
