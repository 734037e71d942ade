namespace Millrace.Broker.Storage;

/// <summary>A file of a volume.</summary>
/// <remarks>Reads may run beside a write. What fails for reasons outside of the process throws <see cref="IOException"/>.</remarks>
internal interface ILogFile : IDisposable
{
    /// <summary>In bytes; 0 when the file does not exist yet.</summary>
    long Length { get; }

    /// <summary>Writes all of the bytes from that position on, and makes the file if there is none, even without a byte.</summary>
    /// <remarks>A write that fails may have written a part.</remarks>
    void Write(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Reads from that position on, less than asked for only at the end of the file.</summary>
    int Read(long position, Span<byte> target);

    /// <summary>Cuts the file off, or makes an empty one.</summary>
    void Truncate(long length);

    /// <summary>Returns when the storage itself has what was written.</summary>
    void Flush();

    /// <summary>Keeps the file readable until the result is disposed, even if it is deleted or replaced in the meantime.</summary>
    IDisposable Hold();
}
