namespace Millrace.Local;

/// <summary>Where the broker of a running <c>millrace dev</c> is, in a file beside its data, so that other commands find it.</summary>
internal sealed class DevAddress : IDisposable
{
    private readonly string _file;

    private DevAddress(string file) => _file = file;

    /// <summary>Writes the address; it is gone with the session.</summary>
    /// <param name="data">The session's directory.</param>
    /// <param name="brokers">The broker, <c>host:port</c>.</param>
    public static DevAddress Write(string data, string brokers)
    {
        var file = FileOf(data);
        File.WriteAllText(file, brokers);
        return new DevAddress(file);
    }

    /// <summary>The address of the session that keeps its data there; null where none runs. After a kill it may name one that is gone.</summary>
    public static string? Find(string data) => File.Exists(FileOf(data)) ? File.ReadAllText(FileOf(data)).Trim() : null;

    public void Dispose() => File.Delete(_file);

    private static string FileOf(string data) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)) + "-address";
}
