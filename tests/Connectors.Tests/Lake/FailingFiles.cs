namespace Millrace.Connectors.Tests.Lake;

/// <summary>Files that fail where a test says so: before a call does anything, or after it did all.</summary>
internal sealed class FailingFiles(ILakeFiles files) : ILakeFiles
{
    /// <summary>Asked before each call, with its name and file, and again after it; true fails it there.</summary>
    public Func<string, string, bool, bool> Fails { get; set; } = (_, _, _) => false;

    /// <summary>What others do just before a call is made; given its name and file.</summary>
    public Func<string, string, Task> Meanwhile { get; set; } = (_, _) => Task.CompletedTask;

    public Task<bool> TryCreateAsync(string name, Stream content, CancellationToken cancellation) => CallAsync("create", name, () => files.TryCreateAsync(name, content, cancellation));

    public Task ReplaceAsync(string name, Stream content, CancellationToken cancellation) => CallAsync("replace", name, async () =>
    {
        await files.ReplaceAsync(name, content, cancellation);
        return true;
    });

    public Task<Stream?> TryOpenAsync(string name, CancellationToken cancellation) => CallAsync("open", name, () => files.TryOpenAsync(name, cancellation));

    public Task<bool> ExistsAsync(string name, CancellationToken cancellation) => CallAsync("exists", name, () => files.ExistsAsync(name, cancellation));

    public Task<IReadOnlyList<LakeFile>> ListAsync(string below, CancellationToken cancellation) => CallAsync("list", below, () => files.ListAsync(below, cancellation));

    public Task DeleteAsync(string name, CancellationToken cancellation) => CallAsync("delete", name, async () =>
    {
        await files.DeleteAsync(name, cancellation);
        return true;
    });

    private async Task<T> CallAsync<T>(string call, string name, Func<Task<T>> run)
    {
        await Meanwhile(call, name);
        if (Fails(call, name, false))
        {
            throw new IOException($"No space left on device ({call} {name}).");
        }

        var result = await run();
        return Fails(call, name, true) ? throw new IOException($"The answer is lost ({call} {name}).") : result;
    }
}
