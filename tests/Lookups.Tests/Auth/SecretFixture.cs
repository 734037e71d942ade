namespace Millrace.Lookups.Tests;

/// <summary>A file of a secret, which ends with the test.</summary>
internal sealed class SecretFixture : IDisposable
{
    public SecretFixture(string content) => Write(content);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Write(string content) => File.WriteAllText(Path, content);

    public void Dispose() => File.Delete(Path);
}
