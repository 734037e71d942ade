using System.Buffers;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Writes events into the body of a request, and reads what its answer says of each.</summary>
internal interface IBatchFormat
{
    /// <summary>The media type of the body.</summary>
    string ContentType { get; }

    /// <summary>Whether each event has a result and an identity of its own. Otherwise the status of the answer is for all, and a request that is repeated is told by its idempotency key.</summary>
    bool ReadsAnswers { get; }

    /// <summary>Makes an event ready to be posted, or says why it cannot be.</summary>
    (HttpEntry? Entry, string? Refusal) Enter(ProcessedRecord accepted);

    /// <summary>Writes the body.</summary>
    void Write(ArraySegment<HttpEntry> batch, IBufferWriter<byte> body);

    /// <summary>Reads the body of an answer of status 2xx.</summary>
    /// <exception cref="SinkException">It is no such answer.</exception>
    BatchAnswer Read(ArraySegment<HttpEntry> batch, ReadOnlyMemory<byte> answer);
}
