namespace Millrace.Broker.Storage;

/// <summary>The directory in which a broker keeps everything, while it is this broker's.</summary>
/// <remarks>It has a file that says which version of Millrace's format it is in, and one that is locked while a broker uses it.</remarks>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The version of the format that this broker writes, and the only one that it reads.</summary>
    public const string Version = "millrace-broker 1";

    private readonly string _path;
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (_path, _lock) = (path, held);

    /// <summary>The directory of the journal.</summary>
    public string JournalPath => Path.Combine(_path, "journal");

    /// <summary>The directory of the topics.</summary>
    public string TopicsPath => Path.Combine(_path, "topics");

    /// <summary>Makes the directory if it is not there, and takes it.</summary>
    /// <exception cref="StorageException">It cannot be written to, another broker has it, or it holds something else.</exception>
    public static DataDirectory Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            var held = Lock(path);
            try
            {
                CheckVersion(path);
                return new DataDirectory(path, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The directory {path} cannot be used for a broker's data: {exception.Message} Give one that can be written to.", exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        var file = Path.Combine(path, "lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.None);
        }
        catch (IOException exception) when (File.Exists(file) && exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new StorageException($"The directory {path} is used by another broker. Stop that one, or give another directory.", exception);
        }
    }

    private static void CheckVersion(string path)
    {
        var file = Path.Combine(path, "version");
        var found = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        if (found is null)
        {
            if (Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != "lock"))
            {
                throw new StorageException($"The directory {path} holds something else than a broker's data. Give an empty one.");
            }

            File.WriteAllText(file, Version + "\n");
        }
        else if (found != Version)
        {
            throw new StorageException($"The directory {path} is in the format '{found}'; this broker reads '{Version}'. Give another directory, or delete this one if nobody needs what is in it.");
        }
    }
}
