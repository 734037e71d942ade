namespace Millrace.Connectors;

/// <summary>Files that are written here before the lake gets them, and vanish when they are closed.</summary>
internal static class TemporaryStream
{
    public static FileStream Create() => new(
        Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 256 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}
