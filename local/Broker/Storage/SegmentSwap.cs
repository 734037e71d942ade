namespace Millrace.Broker.Storage;

/// <summary>Puts a compacted segment and its sidecar in place of the old ones, so that a crash leaves either both or none.</summary>
internal static class SegmentSwap
{
    /// <summary>The end of the names under which both are prepared.</summary>
    public const string Prepared = ".compacted";

    /// <summary>Puts both in place; they have to be on the storage already.</summary>
    public static void Run(ILogVolume volume, Segment segment)
    {
        // From the first rename on there is a prepared sidecar without its segment, by which a crash is known.
        volume.Rename(segment.LogName + Prepared, segment.LogName);
        volume.Rename(segment.SidecarName + Prepared, segment.SidecarName);
    }

    /// <summary>Completes a swap that a crash interrupted, and removes what was not finished.</summary>
    /// <param name="volume">Where they are.</param>
    /// <param name="files">Its files; what changes is changed here too.</param>
    public static void Finish(ILogVolume volume, Dictionary<string, long> files)
    {
        foreach (var name in files.Keys.Where(name => name.EndsWith(LogVolumeExtensions.Unfinished, StringComparison.Ordinal)).ToList())
        {
            Remove(name);
        }

        foreach (var name in files.Keys.Where(name => name.EndsWith(Segment.SidecarSuffix + Prepared, StringComparison.Ordinal)).ToList())
        {
            var stem = name[..^(Segment.SidecarSuffix + Prepared).Length];
            if (files.ContainsKey(stem + Segment.LogSuffix + Prepared))
            {
                Remove(name);
            }
            else
            {
                var sidecar = stem + Segment.SidecarSuffix;
                volume.Rename(name, sidecar);
                files.Remove(name, out var length);
                files[sidecar] = length;
            }
        }

        foreach (var name in files.Keys.Where(name => name.EndsWith(Prepared, StringComparison.Ordinal)).ToList())
        {
            Remove(name);
        }

        void Remove(string name)
        {
            volume.Delete(name);
            files.Remove(name);
        }
    }
}
