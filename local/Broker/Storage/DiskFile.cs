using Microsoft.Win32.SafeHandles;

namespace Millrace.Broker.Storage;

/// <summary>A file on disk, whose handle is opened when it is used and closed when too many others are.</summary>
internal sealed class DiskFile(string path, OpenFiles openFiles) : ILogFile
{
    private readonly Lock _gate = new();
    private SafeFileHandle? _handle;
    private int _users;
    private bool _closeWhenUnused;

    /// <summary>Whether it was used since that was last set to false.</summary>
    public bool IsTouched { get; set; }

    public long Length
    {
        get
        {
            var found = new FileInfo(path);
            return found.Exists ? found.Length : 0;
        }
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        var handle = Acquire(FileMode.OpenOrCreate);
        try
        {
            RandomAccess.Write(handle, bytes, position);
        }
        finally
        {
            Release();
        }
    }

    public int Read(long position, Span<byte> target)
    {
        var handle = Acquire(FileMode.Open);
        try
        {
            var total = 0;
            while (total < target.Length)
            {
                var count = RandomAccess.Read(handle, target[total..], position + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        finally
        {
            Release();
        }
    }

    public void Truncate(long length)
    {
        var handle = Acquire(FileMode.OpenOrCreate);
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        finally
        {
            Release();
        }
    }

    public void Flush()
    {
        var handle = Acquire(FileMode.OpenOrCreate);
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        finally
        {
            Release();
        }
    }

    public IDisposable Hold()
    {
        Acquire(FileMode.Open);
        return new Use(this);
    }

    /// <summary>Closes the handle as soon as nobody uses it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closeWhenUnused = true;
            CloseIfUnused();
        }
    }

    private SafeFileHandle Acquire(FileMode mode)
    {
        SafeFileHandle handle;
        var opened = false;
        lock (_gate)
        {
            if (_handle is null)
            {
                _handle = OpenHandle(mode);
                _closeWhenUnused = false;
                opened = true;
            }

            _users++;
            IsTouched = true;
            handle = _handle;
        }

        // Outside of the lock: the others may have to close this one.
        if (opened)
        {
            openFiles.Add(this);
        }

        return handle;
    }

    private void Release()
    {
        lock (_gate)
        {
            _users--;
            CloseIfUnused();
        }
    }

    private void CloseIfUnused()
    {
        if (_closeWhenUnused && _users == 0)
        {
            _handle?.Dispose();
            _handle = null;
        }
    }

    private SafeFileHandle OpenHandle(FileMode mode)
    {
        const FileShare anybody = FileShare.ReadWrite | FileShare.Delete;
        try
        {
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, anybody);
        }
        catch (DirectoryNotFoundException) when (mode != FileMode.Open)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, anybody);
        }
    }

    private sealed class Use(DiskFile file) : IDisposable
    {
        private DiskFile? _file = file;

        public void Dispose() => Interlocked.Exchange(ref _file, null)?.Release();
    }
}
