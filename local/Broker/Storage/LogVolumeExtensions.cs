namespace Millrace.Broker.Storage;

/// <summary>What can be done on any volume.</summary>
internal static class LogVolumeExtensions
{
    /// <summary>The end of names of files that are not finished; what has it when a volume is opened is of no use.</summary>
    public const string Unfinished = ".tmp";

    /// <summary>Writes a whole file in place of what had the name: after a crash either is there.</summary>
    public static void Replace(this ILogVolume volume, string name, ReadOnlySpan<byte> bytes)
    {
        var unfinished = name + Unfinished;
        try
        {
            volume.Delete(unfinished);
            using (var file = volume.Open(unfinished))
            {
                file.Write(0, bytes);
            }

            volume.Rename(unfinished, name);
        }
        catch (IOException)
        {
            volume.Delete(unfinished);
            throw;
        }
    }
}
