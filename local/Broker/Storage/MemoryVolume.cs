namespace Millrace.Broker.Storage;

/// <summary>A volume that is gone with the process.</summary>
internal sealed class MemoryVolume(string name = "memory") : ILogVolume
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryFile> _files = new(StringComparer.Ordinal);

    public string Name => name;

    public IReadOnlyList<KeyValuePair<string, long>> Files()
    {
        lock (_gate)
        {
            return [.. _files.Where(file => file.Value.Exists).Select(file => KeyValuePair.Create(file.Key, file.Value.Length))];
        }
    }

    public ILogFile Open(string name)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(name, out var file))
            {
                _files.Add(name, file = new MemoryFile());
            }

            return file;
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            _files.Remove(name);
        }
    }

    public void Rename(string name, string newName)
    {
        lock (_gate)
        {
            if (!_files.Remove(name, out var file))
            {
                throw new FileNotFoundException($"There is no file {name}.", name);
            }

            _files[newName] = file;
        }
    }

    public void DeleteAll()
    {
        lock (_gate)
        {
            _files.Clear();
        }
    }
}
