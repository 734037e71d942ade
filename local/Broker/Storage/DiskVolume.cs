namespace Millrace.Broker.Storage;

/// <summary>A directory, made with its first file.</summary>
internal sealed class DiskVolume(string directory, OpenFiles openFiles) : ILogVolume
{
    public string Name => directory;

    public IReadOnlyList<KeyValuePair<string, long>> Files()
    {
        var found = new DirectoryInfo(directory);
        return found.Exists ? [.. found.EnumerateFiles().Select(file => KeyValuePair.Create(file.Name, file.Length))] : [];
    }

    public ILogFile Open(string name) => new DiskFile(Path.Combine(directory, name), openFiles);

    public void Delete(string name)
    {
        try
        {
            File.Delete(Path.Combine(directory, name));
        }
        catch (DirectoryNotFoundException)
        {
            // Then there is no such file either.
        }
    }

    public void Rename(string name, string newName) => File.Move(Path.Combine(directory, name), Path.Combine(directory, newName), overwrite: true);

    public void DeleteAll()
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever written.
        }
    }
}
