namespace Millrace.Local;

/// <summary>The disk of this machine has room for what a broker and stores of <c>millrace dev</c> keep.</summary>
/// <param name="free">The free bytes of a directory's disk; by default those that its user may have.</param>
internal sealed class DiskCheck(Func<string, long>? free = null) : IDoctorCheck
{
    private const long Enough = 1L << 30;

    public string Name => "disk";

    public string LooksAt => "the disk has room for what millrace dev keeps";

    public bool NeedsBroker => false;

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look(subject).ToAsyncEnumerable();

    private IEnumerable<DoctorFinding> Look(DoctorSubject subject)
    {
        var directory = Path.GetFullPath(subject.Data);
        var left = (free ?? Free)(directory);
        if (left < Enough)
        {
            yield return DoctorFinding.Warning(directory, $"Its disk has {left / (1 << 20):N0} MiB left.", "Make room, or give another directory (--data): a broker whose disk is full takes nothing.");
        }
    }

    private static long Free(string directory)
    {
        while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } above)
        {
            directory = above;
        }

        return new DriveInfo(directory).AvailableFreeSpace;
    }
}
