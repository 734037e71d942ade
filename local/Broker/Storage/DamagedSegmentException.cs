namespace Millrace.Broker.Storage;

/// <summary>Something that is no batch stands in a segment where one has to be.</summary>
internal sealed class DamagedSegmentException(string file, long position)
    : Exception($"{file} is damaged at byte {position}: no batch stands there, or its checksum does not fit.")
{
    /// <summary>Where, in bytes.</summary>
    public long Position => position;
}
