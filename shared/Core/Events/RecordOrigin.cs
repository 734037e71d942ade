using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Millrace.Core;

/// <summary>Where a record stood on the cluster that it was produced to, told by a header that a mirror between datacenters adds to its copy.</summary>
/// <remarks>
/// The same record has another offset on each cluster, and what a stage emits is named by its input's position. By the header a
/// stage gives the same <c>meta.id</c> wherever it runs, so that after a fail-over repetitions can be told. Topic and partition
/// are the copy's own. A mirror that adds no header makes ids differ. Stages do not pass it on: their outputs stand where they stand.
/// </remarks>
public static class RecordOrigin
{
    /// <summary>The header's name; its value is the offset in decimal digits.</summary>
    public const string HeaderName = "millrace-origin-offset";

    /// <summary>The header for the copy of a record.</summary>
    /// <param name="offset">The offset of what is copied.</param>
    public static RecordHeader Header(long offset) => new(HeaderName, Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The position by which outputs are named: of a replay, that of the original, so that they are those that it would have had.</summary>
    /// <param name="record">The input.</param>
    /// <param name="datacenter">The datacenter that reads it: topics with its prefix are no copies, and their headers not a mirror's. Null where there is one only.</param>
    internal static StreamPosition Of(EventRecord record, string? datacenter)
    {
        var position = record.Origin;
        if (datacenter is not null && !IsOwn(position.Topic, datacenter))
        {
            foreach (var header in record.Headers)
            {
                if (header.Name == HeaderName && Utf8Parser.TryParse(header.Value, out long offset, out var length) && length == header.Value!.Length && offset >= 0)
                {
                    return position with { Offset = offset };
                }
            }
        }

        return position;
    }

    private static bool IsOwn(string topic, string datacenter) =>
        topic.Length > datacenter.Length && topic[datacenter.Length] == '.' && topic.StartsWith(datacenter, StringComparison.Ordinal);
}
