using System.Buffers;
using System.Globalization;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>
/// The events of one partition of a stage that are durable and not yet in the table: numbered entries, each a file that only
/// one writer can create. For one caller at a time.
/// </summary>
/// <remarks>
/// Whoever takes a partition over writes the next entry, empty, and with that takes the number which its predecessor would
/// write next. Entries are deleted in the order of their numbers once the table has their events, the last one only with its
/// successors: a predecessor far behind, whose number is free again, finds that the entry before its own is gone.
/// </remarks>
internal sealed class LakeSpool(ILakeFiles files, string folder, TimeProvider time)
{
    private readonly Guid _writer = Guid.NewGuid();
    private readonly List<SpoolEntry> _entries = [];
    private long _first;
    private long _last;

    /// <summary>The entries whose events the table lacks, in order.</summary>
    public IReadOnlyList<SpoolEntry> Entries => _entries;

    /// <summary>The checkpoint behind what the table has.</summary>
    public long Settled { get; private set; }

    /// <summary>The last entry's checkpoint.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>Takes the spool over from whoever had it.</summary>
    /// <param name="position">Reads the number of the last entry whose events the table has, and the checkpoint behind it.</param>
    /// <param name="cancellation">Gives up; the spool is taken, or it is not.</param>
    public async Task OpenAsync(Func<CancellationToken, Task<(long Number, long Checkpoint)>> position, CancellationToken cancellation)
    {
        while (!await TryOpenAsync(position, cancellation).ConfigureAwait(false))
        {
            // Another one was first, or made entries into files just now: look again.
        }
    }

    /// <summary>Whether nobody has taken the spool over since this writer's last entry.</summary>
    public async Task<bool> IsMineAsync(CancellationToken cancellation) =>
        !await files.ExistsAsync(NameOf(_last + 1), cancellation).ConfigureAwait(false) && await files.ExistsAsync(NameOf(_last), cancellation).ConfigureAwait(false);

    /// <summary>Appends an entry, durably. May be called again with the same where it fails.</summary>
    /// <returns>Whether it is there; otherwise another one has taken the spool over.</returns>
    public async Task<bool> TryAppendAsync(long next, int rows, IReadOnlyList<string> schemas, ReadOnlyMemory<byte> events, CancellationToken cancellation)
    {
        var number = _last + 1;
        var firstLine = SpoolFormat.FirstLine(_writer, next, rows, schemas);
        var size = firstLine.Length + events.Length;
        var content = ArrayPool<byte>.Shared.Rent(size);
        firstLine.CopyTo(content, 0);
        events.CopyTo(content.AsMemory(firstLine.Length));
        using var stream = new MemoryStream(content, 0, size, writable: false);
        if (!await files.TryCreateAsync(NameOf(number), stream, cancellation).ConfigureAwait(false))
        {
            // An answer may have been lost; then it is this very entry.
            var other = await files.TryReadAsync(NameOf(number), cancellation).ConfigureAwait(false);
            if (other is null || !other.AsSpan().SequenceEqual(content.AsSpan(0, size)))
            {
                return false;
            }
        }

        // Not where it failed: a client that gave up may still be sending it.
        ArrayPool<byte>.Shared.Return(content);

        if (!await files.ExistsAsync(NameOf(_last), cancellation).ConfigureAwait(false))
        {
            return false;
        }

        (_last, Checkpoint) = (number, next);
        _entries.Add(new SpoolEntry(number, next, rows, size, time.GetUtcNow()));
        return true;
    }

    /// <summary>Reads the whole of an entry into as much room as it needs.</summary>
    /// <returns>Whether it was there; otherwise another one has taken the spool over.</returns>
    public async Task<bool> TryReadAsync(SpoolEntry entry, Memory<byte> room, CancellationToken cancellation)
    {
        var stream = await files.TryOpenAsync(NameOf(entry.Number), cancellation).ConfigureAwait(false);
        if (stream is null)
        {
            return false;
        }

        await using var closing = stream.ConfigureAwait(false);
        await stream.ReadExactlyAsync(room, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Forgets and deletes entries whose events the table has.</summary>
    /// <param name="number">The last of them, which stays.</param>
    /// <param name="cancellation">Leaves the rest to whoever opens the spool next.</param>
    public async Task ReleaseAsync(long number, CancellationToken cancellation)
    {
        Settled = _entries.FindLast(entry => entry.Number <= number)?.Next ?? Settled;
        _entries.RemoveAll(entry => entry.Number <= number);
        for (; _first < number; _first++)
        {
            await files.DeleteAsync(NameOf(_first), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryOpenAsync(Func<CancellationToken, Task<(long Number, long Checkpoint)>> position, CancellationToken cancellation)
    {
        _entries.Clear();
        var (done, checkpoint) = await position(cancellation).ConfigureAwait(false);
        (_last, Settled) = (done, checkpoint);
        foreach (var file in await files.ListAsync(folder, cancellation).ConfigureAwait(false))
        {
            var number = NumberOf(file);
            if (number < done)
            {
                await files.DeleteAsync(file.Name, cancellation).ConfigureAwait(false);
            }
            else if (number > done)
            {
                if (number != _last + 1 || await ReadAsync(file, number, cancellation).ConfigureAwait(false) is not { } entry)
                {
                    return await position(cancellation).ConfigureAwait(false) is var (now, _) && now > done ? false
                        : throw new SinkException($"The spool '{folder}' has no entry {_last + 1}, but entry {number}: it is damaged.");
                }

                _entries.Add(entry);
                _last = number;
            }
        }

        // The first entry of all has none before it.
        _first = done;
        if (_last == 0)
        {
            await files.TryCreateAsync(NameOf(0), SpoolFormat.FirstLine(Guid.Empty, 0, 0, []), cancellation).ConfigureAwait(false);
        }

        Checkpoint = Math.Max(checkpoint, _entries.Count > 0 ? _entries[^1].Next : 0);
        return await TryAppendAsync(Checkpoint, 0, [], default, cancellation).ConfigureAwait(false);
    }

    private async Task<SpoolEntry?> ReadAsync(LakeFile file, long number, CancellationToken cancellation)
    {
        var stream = await files.TryOpenAsync(file.Name, cancellation).ConfigureAwait(false);
        if (stream is null)
        {
            return null;
        }

        await using var closing = stream.ConfigureAwait(false);
        return await SpoolFormat.ReadHeaderAsync(stream, number, file.Modified, cancellation).ConfigureAwait(false);
    }

    private string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{number:D20}");

    private static long NumberOf(LakeFile file) => long.Parse(file.Name.AsSpan(file.Name.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
}
