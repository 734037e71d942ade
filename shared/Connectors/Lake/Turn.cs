using System.Diagnostics.CodeAnalysis;

namespace Millrace.Connectors;

/// <summary>Lets so many callers at a time go on; the others wait.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has nothing to dispose of, as nobody asks for its wait handle.")]
internal sealed class Turn(int atOnce)
{
    private readonly SemaphoreSlim _free = new(atOnce, atOnce);

    /// <summary>Waits for a turn, which ends when what is returned is disposed of.</summary>
    public async Task<Taken> TakeAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return new Taken(_free);
    }

    internal readonly struct Taken(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
