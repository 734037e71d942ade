using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Millrace.Core;

/// <summary>Ids of emitted events: the same input gives the same id, however often it is processed.</summary>
/// <remarks>
/// A UUID of version 8 (RFC 9562, section 5.8): the first 122 free bits of the SHA-256 of
/// <c>stage NUL topic NUL partition offset index</c>, the numbers big-endian; the position is that of <see cref="RecordOrigin"/>. Consumers can remove duplicates by it.
/// </remarks>
public static class OutputId
{
    /// <summary>The id of an event that a stage makes of a record.</summary>
    /// <param name="stage">The stage's name; for its error event, that of its error stream.</param>
    /// <param name="position">Where the record stands.</param>
    /// <param name="index">Which of the events that the stage makes of it, from 0.</param>
    public static string Create(string stage, in StreamPosition position, int index)
    {
        ArgumentNullException.ThrowIfNull(stage);
        Span<byte> name = stackalloc byte[(3 * (stage.Length + position.Topic.Length)) + 2 + 16];
        var length = Encoding.UTF8.GetBytes(stage, name);
        name[length++] = 0;
        length += Encoding.UTF8.GetBytes(position.Topic, name[length..]);
        name[length++] = 0;
        BinaryPrimitives.WriteInt32BigEndian(name[length..], position.Partition);
        BinaryPrimitives.WriteInt64BigEndian(name[(length + 4)..], position.Offset);
        BinaryPrimitives.WriteInt32BigEndian(name[(length + 12)..], index);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name[..(length + 16)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
