namespace Millrace.Broker.Tests;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("millrace-broker-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
