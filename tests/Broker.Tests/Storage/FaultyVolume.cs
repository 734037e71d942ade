using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

/// <summary>A volume that has room for so many more bytes, and writes what still fits before it fails.</summary>
internal sealed class FaultyVolume(ILogVolume volume) : ILogVolume
{
    public long Room { get; set; } = long.MaxValue;

    public bool TruncateFails { get; set; }

    public int Flushes { get; private set; }

    public bool FlushFails { get; set; }

    public string Name => volume.Name;

    public IReadOnlyList<KeyValuePair<string, long>> Files() => volume.Files();

    public ILogFile Open(string name) => new FaultyFile(this, volume.Open(name));

    public void Delete(string name) => volume.Delete(name);

    public void Rename(string name, string newName) => volume.Rename(name, newName);

    public void DeleteAll() => volume.DeleteAll();

    private sealed class FaultyFile(FaultyVolume volume, ILogFile file) : ILogFile
    {
        public long Length => file.Length;

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            var fits = (int)Math.Min(bytes.Length, volume.Room);
            file.Write(position, bytes[..fits]);
            volume.Room -= fits;
            if (fits < bytes.Length)
            {
                throw new IOException("No space left on device");
            }
        }

        public int Read(long position, Span<byte> target) => file.Read(position, target);

        public void Truncate(long length)
        {
            if (volume.TruncateFails)
            {
                throw new IOException("Input/output error");
            }

            file.Truncate(length);
        }

        public void Flush()
        {
            if (volume.FlushFails)
            {
                throw new IOException("Input/output error");
            }

            volume.Flushes++;
            file.Flush();
        }

        public IDisposable Hold() => file.Hold();

        public void Dispose() => file.Dispose();
    }
}
