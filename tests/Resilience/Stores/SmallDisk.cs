namespace Millrace.Resilience;

/// <summary>A disk of few megabytes that several processes share. It is mounted where a process of its own sees it, and goes with that.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private static readonly string[] AsNobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];

    private readonly string _mountPoint;
    private readonly string[] _owner;
    private readonly ChildProcess _holder;

    private SmallDisk(string mountPoint, string[] owner, ChildProcess holder) => (_mountPoint, _owner, _holder) = (mountPoint, owner, holder);

    /// <summary>The directory, for every process of the disk's owner.</summary>
    public string Path => $"/proc/{_holder.Id}/root{_mountPoint}";

    /// <summary>Mounts one; only where <see cref="BrokerProcess.CanHaveDisk"/>.</summary>
    /// <param name="megabytes">Its size.</param>
    /// <param name="ofServer">Whether it is a server's that refuses to run as root, and so is somebody else where we are root.</param>
    public static async Task<SmallDisk> MountAsync(int megabytes, bool ofServer)
    {
        var mountPoint = Directory.CreateTempSubdirectory("millrace-disk-").FullName;
        var owner = ofServer && Environment.IsPrivilegedProcess ? AsNobody : [];
        var holder = ChildProcess.Start(
            [.. owner, "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size={megabytes}m tmpfs {mountPoint} && echo mounted && exec sleep 3600"],
            new Dictionary<string, string>());
        await Until.IsTrueAsync("a small disk is mounted", () => holder.HasSaid("mounted") || holder.HasExited);
        return new SmallDisk(mountPoint, owner, holder);
    }

    /// <summary>Fills it to the last byte.</summary>
    public Task FillAsync() => RunAsync($"cat /dev/zero > {Path}/filler 2> /dev/null || true");

    /// <summary>Makes room again.</summary>
    public Task EmptyAsync() => RunAsync($"rm {Path}/filler");

    public async ValueTask DisposeAsync()
    {
        await _holder.DisposeAsync();
        Directory.Delete(_mountPoint);
    }

    private Task RunAsync(string script)
    {
        string[] command = [.. _owner, "sh", "-c", script];
        return ChildProcess.RunAsync(command[0], command[1..]);
    }
}
