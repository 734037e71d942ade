namespace Millrace.Local;

/// <summary>Where the broker and the catalog of a running <c>millrace dev</c> are, in a file beside its data, so that other commands find them.</summary>
internal sealed class DevAddress : IDisposable
{
    private readonly string _file;

    private DevAddress(string file) => _file = file;

    /// <summary>Writes the address; it is gone with the session.</summary>
    /// <param name="data">The session's directory.</param>
    /// <param name="brokers">The broker, <c>host:port</c>.</param>
    /// <param name="catalog">The directory of the catalog that it runs; null is the app's own.</param>
    public static DevAddress Write(string data, string brokers, string? catalog = null)
    {
        var file = FileOf(data);
        File.WriteAllLines(file, catalog is null ? [brokers] : [brokers, catalog]);
        return new DevAddress(file);
    }

    /// <summary>The address of the session that keeps its data there; null where none runs. After a kill it may name one that is gone.</summary>
    public static string? Find(string data) => Line(data, 0);

    /// <summary>The directory of that session's catalog; null where none runs, or where it runs the app's own.</summary>
    public static string? FindCatalog(string data) => Line(data, 1);

    public void Dispose() => File.Delete(_file);

    private static string? Line(string data, int index) => File.Exists(FileOf(data)) ? File.ReadLines(FileOf(data)).ElementAtOrDefault(index) : null;

    private static string FileOf(string data) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)) + "-address";
}
