using System.Buffers;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>Where each thread writes JSON whose size nobody knows beforehand; what is kept is copied out.</summary>
internal static class JsonBuffer
{
    // A buffer that once held a large event is not kept for the small ones.
    private const int MaxKept = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>A writer at the beginning. Until <see cref="Take"/> the thread writes nothing else; what was begun and not taken is forgotten.</summary>
    public static Utf8JsonWriter Begin()
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        var json = _writer ??= new Utf8JsonWriter(buffer, EventEncoding.WriterOptions);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        return json;
    }

    /// <summary>A copy of what was written since <see cref="Begin"/>.</summary>
    public static byte[] Take()
    {
        _writer!.Flush();
        var written = _buffer!.WrittenSpan.ToArray();
        if (_buffer.Capacity > MaxKept)
        {
            _buffer = null;
        }

        return written;
    }
}
