using System.Buffers;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Events as they are: in a JSON array, or a line each.</summary>
/// <param name="isArray">Whether they are an array.</param>
internal sealed class PlainFormat(bool isArray) : IBatchFormat
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    public string ContentType => isArray ? "application/json" : "application/x-ndjson";

    public bool ReadsAnswers => false;

    public (HttpEntry? Entry, string? Refusal) Enter(ProcessedRecord accepted)
    {
        var value = accepted.Input.Value;
        return (new HttpEntry(accepted, default, isArray ? value : OneLine(value!)), null);
    }

    public void Write(ArraySegment<HttpEntry> batch, IBufferWriter<byte> body)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (isArray)
            {
                body.Write(i == 0 ? "["u8 : ","u8);
            }

            body.Write(batch[i].Document.Span);
            if (!isArray)
            {
                body.Write("\n"u8);
            }
        }

        if (isArray)
        {
            body.Write("]"u8);
        }
    }

    // Whoever answers 2xx has taken all; what else it says is its own affair.
    public BatchAnswer Read(ArraySegment<HttpEntry> batch, ReadOnlyMemory<byte> answer) => BatchAnswer.Taken;

    /// <summary>The same JSON in one line: within its texts line ends are escaped, so that any other is only space.</summary>
    internal static byte[] OneLine(byte[] json)
    {
        if (!json.AsSpan().ContainsAny(LineEnds))
        {
            return json;
        }

        var line = json.AsSpan().ToArray();
        line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        return line;
    }
}
