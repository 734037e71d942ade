using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

internal static class VolumeExtensions
{
    public static byte[] ReadAll(this ILogVolume volume, string name)
    {
        using var file = volume.Open(name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    public static MemoryVolume Copy(this ILogVolume volume)
    {
        var copy = new MemoryVolume();
        foreach (var (name, _) in volume.Files())
        {
            copy.Put(name, volume.ReadAll(name));
        }

        return copy;
    }

    public static void Put(this ILogVolume volume, string name, byte[] bytes)
    {
        using var file = volume.Open(name);
        file.Truncate(0);
        file.Write(0, bytes);
    }

    public static void Flip(this ILogVolume volume, string name, long position)
    {
        using var file = volume.Open(name);
        var one = new byte[1];
        file.Read(position, one);
        one[0] ^= 0x10;
        file.Write(position, one);
    }

    public static List<string> Names(this ILogVolume volume, string suffix) =>
        [.. volume.Files().Select(file => file.Key).Where(name => name.EndsWith(suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
