using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Storage;

/// <summary>A journal's file: groups of changes, each with its length and checksum, one after the other; not thread-safe.</summary>
/// <remarks>Numbers are little-endian. A group that is not whole is the last one, and as good as not written.</remarks>
internal sealed partial class JournalFile(ILogVolume volume, ILogger logger) : IDisposable
{
    private const string Name = "journal";
    private const ulong Mark = 0x314c4e4a4c4c494d;
    private const int GroupHeaderSize = 8;

    // What a change has besides its key and value.
    private const int ChangeSize = 8;

    // A file of that size is quick to read however little of it is still true.
    private const int SmallFile = 1024 * 1024;

    private readonly ILogger _logger = logger;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private ILogFile _file = volume.Open(Name);
    private long _length;
    private long _liveBytes;
    private bool _tailIsTorn;

    /// <summary>Reads all changes that were written, in order, and cuts off what is not whole.</summary>
    /// <exception cref="StorageException">The file is no journal, or damaged before its last group.</exception>
    public void Read(Action<string, byte[]?> apply)
    {
        volume.Delete(Name + LogVolumeExtensions.Unfinished);
        var length = volume.Files().FirstOrDefault(file => file.Key == Name).Value;
        if (length == 0)
        {
            return;
        }

        if (length > Array.MaxLength)
        {
            throw new StorageException($"{volume.Name}: {Name} has {length} bytes; a journal has at most {Array.MaxLength}.");
        }

        var bytes = new byte[length];
        var read = bytes.AsSpan(0, _file.Read(0, bytes));
        if (read.Length >= sizeof(ulong) && BinaryPrimitives.ReadUInt64LittleEndian(read) != Mark)
        {
            throw new StorageException($"{volume.Name}: {Name} is no journal of this version. Use another directory, or delete the file and with it all topics, offsets and transactions.");
        }

        var rest = read.Length >= sizeof(ulong) ? read[sizeof(ulong)..] : [];
        while (TakeGroup(ref rest) is { } group)
        {
            Apply(group, apply);
        }

        _length = read.Length < sizeof(ulong) ? 0 : read.Length - rest.Length;
        if (_length < length)
        {
            RefuseIfMoreFollows(rest);
            LogCut(_logger, volume.Name, Name, _length, length - _length);
            _file.Truncate(_length);
        }
    }

    /// <summary>Appends a group of changes.</summary>
    /// <exception cref="StorageException">It could not be written, and will not be there.</exception>
    public void Append(ReadOnlySpan<KeyValuePair<string, byte[]?>> changes, bool flush)
    {
        _buffer.ResetWrittenCount();
        if (_length == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(sizeof(ulong)), Mark);
            _buffer.Advance(sizeof(ulong));
        }

        WriteGroup(_buffer, changes);
        try
        {
            if (_tailIsTorn)
            {
                _file.Truncate(_length);
                _tailIsTorn = false;
            }

            _tailIsTorn = true;
            _file.Write(_length, _buffer.WrittenSpan);
            if (flush)
            {
                _file.Flush();
            }

            _tailIsTorn = false;
            _length += _buffer.WrittenCount;
        }
        catch (IOException e)
        {
            CutTail();
            throw new StorageException($"{volume.Name}: {Name} could not be written: {e.Message}", e);
        }
    }

    /// <summary>Takes note of an entry that is true.</summary>
    public void Remember(string key, byte[] value) => _liveBytes += ChangeSize + key.Length + value.Length;

    /// <summary>Takes note of an entry that is not true any more.</summary>
    public void Forget(string key, byte[] value) => _liveBytes -= ChangeSize + key.Length + value.Length;

    /// <summary>Puts a file with these entries alone in place of the one that there is, if that one is mostly history.</summary>
    public void RewriteIfWorthwhile(SortedDictionary<string, byte[]> entries)
    {
        if (_length <= SmallFile + (2 * _liveBytes))
        {
            return;
        }

        var all = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteUInt64LittleEndian(all.GetSpan(sizeof(ulong)), Mark);
        all.Advance(sizeof(ulong));
        foreach (var (key, value) in entries)
        {
            WriteGroup(all, KeyValuePair.Create(key, (byte[]?)value));
        }

        const string unfinished = Name + LogVolumeExtensions.Unfinished;
        try
        {
            using (var file = volume.Open(unfinished))
            {
                file.Truncate(0);
                file.Write(0, all.WrittenSpan);
                file.Flush();
            }

            volume.Rename(unfinished, Name);
        }
        catch (IOException e)
        {
            // The file is longer than it has to be, and nothing else.
            LogRewriteFailed(_logger, volume.Name, Name, e);
            return;
        }

        _file.Dispose();
        _file = volume.Open(Name);
        _length = all.WrittenCount;
        _tailIsTorn = false;
    }

    /// <summary>Returns when the storage itself has everything.</summary>
    /// <exception cref="StorageException">It has not.</exception>
    public void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (IOException e)
        {
            throw new StorageException($"{volume.Name}: {Name} could not be forced to the storage: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void WriteGroup(ArrayBufferWriter<byte> target, params ReadOnlySpan<KeyValuePair<string, byte[]?>> changes)
    {
        var size = 0;
        foreach (var (key, value) in changes)
        {
            size += ChangeSize + Encoding.UTF8.GetByteCount(key) + (value?.Length ?? 0);
        }

        var group = target.GetSpan(GroupHeaderSize + size)[..(GroupHeaderSize + size)];
        var rest = group[GroupHeaderSize..];
        foreach (var (key, value) in changes)
        {
            var keyLength = Encoding.UTF8.GetBytes(key, rest[ChangeSize..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, keyLength);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], value?.Length ?? -1);
            value?.CopyTo(rest[(ChangeSize + keyLength)..]);
            rest = rest[(ChangeSize + keyLength + (value?.Length ?? 0))..];
        }

        BinaryPrimitives.WriteInt32LittleEndian(group, size);
        BinaryPrimitives.WriteUInt32LittleEndian(group[4..], Crc32C.Of(group[GroupHeaderSize..]));
        target.Advance(group.Length);
    }

    private static byte[]? TakeGroup(ref Span<byte> rest)
    {
        if (rest.Length < GroupHeaderSize)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (size <= 0 || size > rest.Length - GroupHeaderSize
            || Crc32C.Of(rest.Slice(GroupHeaderSize, size)) != BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]))
        {
            return null;
        }

        var group = rest.Slice(GroupHeaderSize, size).ToArray();
        rest = rest[(GroupHeaderSize + size)..];
        return group;
    }

    private static void Apply(ReadOnlySpan<byte> group, Action<string, byte[]?> apply)
    {
        while (group.Length > 0)
        {
            var keyLength = BinaryPrimitives.ReadInt32LittleEndian(group);
            var valueLength = BinaryPrimitives.ReadInt32LittleEndian(group[4..]);
            var key = Encoding.UTF8.GetString(group.Slice(ChangeSize, keyLength));
            apply(key, valueLength < 0 ? null : group.Slice(ChangeSize + keyLength, valueLength).ToArray());
            group = group[(ChangeSize + keyLength + Math.Max(0, valueLength))..];
        }
    }

    // What a crash leaves is the beginning of a group; a whole group behind a broken one is damage of another kind.
    private void RefuseIfMoreFollows(Span<byte> rest)
    {
        if (rest.Length < GroupHeaderSize || BinaryPrimitives.ReadInt32LittleEndian(rest) is not (> 0 and var size) || size > rest.Length - GroupHeaderSize)
        {
            return;
        }

        var behind = rest[(GroupHeaderSize + size)..];
        if (TakeGroup(ref behind) is not null)
        {
            throw new StorageException($"{volume.Name}: {Name} is damaged at byte {_length}. Bring the file back as it was, or delete it and with it all topics, offsets and transactions.");
        }
    }

    private void CutTail()
    {
        try
        {
            _file.Truncate(_length);
            _tailIsTorn = false;
        }
        catch (IOException)
        {
            // Tried again before the next write; until then it is as if the process had died in this one.
        }
    }
}
