namespace Millrace.Broker.Storage;

/// <summary>Bounds how many file handles are open while nobody uses them; one for all volumes of a broker.</summary>
internal sealed class OpenFiles(int most = 512)
{
    private readonly Lock _gate = new();
    private readonly Queue<DiskFile> _files = new();

    /// <summary>Takes a file that has just been opened, and closes the ones that were not used for long instead.</summary>
    public void Add(DiskFile file)
    {
        lock (_gate)
        {
            _files.Enqueue(file);
            while (_files.Count > most)
            {
                // Who was used since the last round gets another one.
                var candidate = _files.Dequeue();
                if (candidate.IsTouched && candidate != file)
                {
                    candidate.IsTouched = false;
                    _files.Enqueue(candidate);
                }
                else
                {
                    candidate.Dispose();
                }
            }
        }
    }
}
