using System.Runtime.InteropServices;

namespace Millrace.Connectors;

/// <summary>A lake in a directory. A file is written beside the tables, flushed to the disk, and takes its name in one step.</summary>
internal sealed class DirectoryFiles(string root) : ILakeFiles
{
    private const string Unfinished = "_millrace/unfinished";

    public async Task<bool> TryCreateAsync(string name, Stream content, CancellationToken cancellation)
    {
        var path = At(name);
        if (File.Exists(path))
        {
            return false;
        }

        var unfinished = await WriteAsync(content, cancellation).ConfigureAwait(false);
        try
        {
            CreateFolder(Path.GetDirectoryName(path)!);
            return TryName(unfinished, path);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public async Task ReplaceAsync(string name, Stream content, CancellationToken cancellation)
    {
        var path = At(name);
        var unfinished = await WriteAsync(content, cancellation).ConfigureAwait(false);
        try
        {
            CreateFolder(Path.GetDirectoryName(path)!);
            File.Move(unfinished, path, overwrite: true);
            Flush(Path.GetDirectoryName(path)!);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public Task<Stream?> TryOpenAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(At(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> ExistsAsync(string name, CancellationToken cancellation) => Task.FromResult(File.Exists(At(name)));

    public Task<IReadOnlyList<LakeFile>> ListAsync(string below, CancellationToken cancellation)
    {
        var directory = new DirectoryInfo(At(below));
        LakeFile[] files = !directory.Exists ? [] : [.. directory.EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => new LakeFile(Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), file.Length, new DateTimeOffset(file.LastWriteTimeUtc)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)];
        return Task.FromResult<IReadOnlyList<LakeFile>>(files);
    }

    public Task DeleteAsync(string name, CancellationToken cancellation)
    {
        try
        {
            File.Delete(At(name));
        }
        catch (DirectoryNotFoundException)
        {
            // Then there is no file in it, either.
        }

        return Task.CompletedTask;
    }

    private string At(string name) => Path.Combine(root, name);

    private async Task<string> WriteAsync(Stream content, CancellationToken cancellation)
    {
        var path = At($"{Unfinished}/{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                await content.CopyToAsync(file, cancellation).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    // A link never replaces a file. A move that may not replace one is a look and then a move, where links are not to be had.
    private static bool TryName(string unfinished, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(unfinished, path, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                return false;
            }
        }

        if (link(unfinished, path) != 0)
        {
            const int Exists = 17;
            var error = Marshal.GetLastPInvokeError();
            return error == Exists ? false : throw new IOException($"'{path}' cannot be created: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        Flush(Path.GetDirectoryName(path)!);
        return true;
    }

    // The name is durable when its directory is.
    private static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = open(directory, 0);
        if (descriptor < 0 || fsync(descriptor) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = close(descriptor);
            throw new IOException($"'{directory}' cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        _ = close(descriptor);
    }

    private static void CreateFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            var parent = Path.GetDirectoryName(path)!;
            CreateFolder(parent);
            Directory.CreateDirectory(path);
            Flush(parent);
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);
}
