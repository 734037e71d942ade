using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>Rows of columns as lines of JSON.</summary>
internal static class LakeJson
{
    public static IReadOnlyList<string> Rows(RowGroupBuffer buffer)
    {
        var (rows, lines) = (buffer.Assembler(), new List<string>());
        while (rows.HasMore)
        {
            var bytes = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(bytes);
            rows.WriteTo(json);
            json.Flush();
            lines.Add(Encoding.UTF8.GetString(bytes.WrittenSpan));
        }

        return lines;
    }
}
