using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Storage;

/// <summary>Finds out what a volume holds of a partition, and puts right what a crash may have left.</summary>
internal sealed partial class LogRecovery(ILogVolume volume, long now, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>In the order of their offsets; the last one is the one that grows.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>Those at the end of the log.</summary>
    public ProducerStates Producers { get; } = new();

    /// <summary>The partition's first offset.</summary>
    public long StartOffset { get; private set; }

    /// <summary>Reads the volume.</summary>
    /// <exception cref="StorageException">A segment is damaged in a way that no crash explains.</exception>
    public void Run()
    {
        var files = volume.Files().ToDictionary(StringComparer.Ordinal);
        if (files.Count > 0)
        {
            SegmentSwap.Finish(volume, files);
            DeleteOrphans(files);
            StartOffset = StartOffsetFile.Read(volume);
        }

        var found = new SortedDictionary<long, long>();
        foreach (var (name, length) in files)
        {
            if (name.EndsWith(Segment.LogSuffix, StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(0, name.Length - Segment.LogSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var baseOffset))
            {
                found.Add(baseOffset, length);
            }
        }

        if (found.Count == 0)
        {
            found.Add(StartOffset, 0);
        }

        var last = found.Last().Key;
        Sidecar? before = null;
        foreach (var (baseOffset, length) in found)
        {
            if (Segments.Count > 0 && Segments[^1].EndOffset > baseOffset)
            {
                throw new StorageException($"{volume.Name}: {Segments[^1].LogName} ends with offset {Segments[^1].EndOffset - 1}, which the next file has too ({Segment.NameOf(baseOffset)}{Segment.LogSuffix}). Delete the partition's directory, or bring its files back as they were.");
            }

            if (baseOffset == last)
            {
                OpenLast(baseOffset, length, before);
            }
            else
            {
                before = OpenSealed(baseOffset, length, before);
            }
        }

        StartOffset = Math.Clamp(StartOffset, Segments[0].BaseOffset, Segments[^1].EndOffset);
    }

    // Segments are deleted before what is beside them.
    private void DeleteOrphans(Dictionary<string, long> files)
    {
        foreach (var name in files.Keys.Where(name => name.EndsWith(Segment.SidecarSuffix, StringComparison.Ordinal)))
        {
            if (!files.ContainsKey(name[..^Segment.SidecarSuffix.Length] + Segment.LogSuffix))
            {
                volume.Delete(name);
            }
        }
    }

    private Sidecar OpenSealed(long baseOffset, long length, Sidecar? before)
    {
        var name = Segment.NameOf(baseOffset);
        var sidecar = Sidecar.TryOpen(volume, name + Segment.SidecarSuffix);
        if (sidecar?.Summary.Length != length)
        {
            LogRebuild(_logger, volume.Name, name + Segment.SidecarSuffix);
            var segment = Scan(baseOffset, length, before, hasGaps: true);
            if (segment.Length != length)
            {
                throw new StorageException($"{volume.Name}: {segment.LogName} is damaged at byte {segment.Length} of {length} (offset {segment.EndOffset}), and other segments follow. Bring the file back as it was, or delete the partition's directory.");
            }

            sidecar = Sidecar.Write(volume, segment.SidecarName, segment.Summary, segment.Index, Producers.ToBytes());
        }

        Segments.Add(new Segment(baseOffset, volume.Open(name + Segment.LogSuffix), sidecar.Summary, sidecar, sidecar.Summary.LastAppended));
        return sidecar;
    }

    private void OpenLast(long baseOffset, long length, Sidecar? before)
    {
        var name = Segment.NameOf(baseOffset);
        Segment segment;
        if (Sidecar.TryOpen(volume, name + Segment.SidecarSuffix) is { } sidecar && sidecar.Summary.Length <= length)
        {
            // Written when the log was closed: what it covers was complete then, and only appended to since.
            segment = new Segment(baseOffset, volume.Open(name + Segment.LogSuffix), sidecar.Summary, new GrowingIndex(sidecar), sidecar.Summary.LastAppended);
            Producers.Restore(sidecar.ReadProducers());
            SegmentScan.Run(segment, length, Producers, now, hasGaps: false);
        }
        else
        {
            segment = Scan(baseOffset, length, before, hasGaps: false);
        }

        if (segment.Length < length)
        {
            LogCut(_logger, volume.Name, segment.LogName, segment.EndOffset, segment.Length, length - segment.Length);
            segment.File.Truncate(segment.Length);
        }

        Segments.Add(segment);
    }

    private Segment Scan(long baseOffset, long length, Sidecar? before, bool hasGaps)
    {
        Producers.Clear();
        if (before is not null)
        {
            Producers.Restore(before.ReadProducers());
        }

        var file = volume.Open(Segment.NameOf(baseOffset) + Segment.LogSuffix);
        var segment = new Segment(baseOffset, file, SegmentSummary.Empty(baseOffset, now), new GrowingIndex(), now);
        if (length > 0)
        {
            SegmentScan.Run(segment, length, Producers, now, hasGaps);
        }

        return segment;
    }
}
