using System.Buffers.Binary;

namespace Millrace.Broker.Storage;

/// <summary>Where a partition begins, if not with its first segment.</summary>
internal static class StartOffsetFile
{
    private const string Name = "start-offset";
    private const int Size = sizeof(long) + sizeof(uint);

    public static void Write(ILogVolume volume, long offset)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, offset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[sizeof(long)..], Crc32C.Of(bytes[..sizeof(long)]));
        volume.Replace(Name, bytes);
    }

    /// <summary>0 when there is none, or it is damaged.</summary>
    public static long Read(ILogVolume volume)
    {
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            return volume.Open(Name).Read(0, bytes) == Size
                && BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(long)..]) == Crc32C.Of(bytes[..sizeof(long)])
                    ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
                    : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
