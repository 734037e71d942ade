using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>A directory that one broker at a time keeps everything in.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = ".lock";
    private const string VersionName = "version";
    private const string Version = "millrace-broker 1";

    private readonly FileStream _lock;
    private readonly OpenFiles _openFiles = new();

    private DataDirectory(string path, FileStream exclusive)
    {
        Path = path;
        _lock = exclusive;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Makes the directory if there is none, and takes it for this process until the result is disposed.</summary>
    /// <exception cref="StorageException">It cannot be written, or another broker has it, or another version wrote it.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        FileStream? exclusive = null;
        try
        {
            Directory.CreateDirectory(full);
            CheckOwn(full);
            exclusive = Lock(full);
            if (!HasVersion(full))
            {
                File.WriteAllText(System.IO.Path.Combine(full, VersionName), Version);
            }

            return new DataDirectory(full, exclusive);
        }
        catch (StorageException)
        {
            exclusive?.Dispose();
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            exclusive?.Dispose();
            throw new StorageException($"The data directory {full} cannot be written: {e.Message} Choose another, or grant access to it.", e);
        }
    }

    /// <summary>Deletes a directory that a broker has kept everything in, if there is one.</summary>
    /// <exception cref="StorageException">It cannot be deleted, a broker uses it, or it holds something else, of which nothing is deleted.</exception>
    /// <param name="path">The directory.</param>
    /// <param name="volumes">The first levels of the names of all volumes in it.</param>
    public static void Delete(string path, params string[] volumes)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        using (Open(path))
        {
            if (Foreign(path, [LockName, VersionName, .. volumes]) is { } foreign)
            {
                throw new StorageException($"The data directory {path} has something else than a broker's data, {foreign}, and nothing of it was deleted. Move that away, or choose another directory.");
            }

            try
            {
                // The lock goes last: until then nobody else can begin to use what is being deleted.
                foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => entry.Name != LockName))
                {
                    if (entry is DirectoryInfo directory)
                    {
                        directory.Delete(recursive: true);
                    }
                    else
                    {
                        entry.Delete();
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StorageException($"The data directory {path} cannot be deleted: {e.Message} Delete it yourself.", e);
            }
        }
    }

    /// <summary>A directory within it, which is made with its first file.</summary>
    /// <param name="name">Of one or more levels, with slashes.</param>
    public ILogVolume Volume(string name) => new DiskVolume(System.IO.Path.Combine(Path, name), _openFiles);

    /// <summary>Leaves the directory to others.</summary>
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new StorageException($"Another broker uses the data directory {path}. Stop it, or choose another directory.", e);
        }
    }

    // Before the lock, which is a file, too: what is somebody else's stays as it is.
    private static void CheckOwn(string path)
    {
        if (!HasVersion(path))
        {
            if (Foreign(path, LockName, VersionName) is { } foreign)
            {
                throw new StorageException($"The directory {path} has files that are no broker's, such as {foreign}. Choose an empty one.");
            }
        }
        else if (File.ReadAllText(System.IO.Path.Combine(path, VersionName)).Trim() is var found && found != Version)
        {
            throw new StorageException($"The data directory {path} was written as {Quote.Of(found)}; this broker reads {Quote.Of(Version)}. Choose another directory, or the broker that wrote it.");
        }
    }

    private static bool HasVersion(string path) => new FileInfo(System.IO.Path.Combine(path, VersionName)) is { Exists: true, Length: > 0 };

    private static string? Foreign(string path, params string[] own) =>
        Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).FirstOrDefault(name => !own.Contains(name));
}
