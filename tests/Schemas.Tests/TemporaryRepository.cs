namespace Millrace.Schemas.Tests;

/// <summary>A directory of schemas that lives as long as a test.</summary>
internal sealed class TemporaryRepository : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("millrace-schemas-").FullName;

    public TemporaryRepository With(string path, string content)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return this;
    }

    public SchemaRepository Open() => Repositories.Of(Root);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
