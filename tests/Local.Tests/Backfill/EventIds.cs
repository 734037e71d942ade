using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Millrace.Core;

namespace Millrace.Local.Tests;

/// <summary>The ids of emitted events, made by the rule that the platform documents: by its stage, the input's position and the output's number.</summary>
internal static class EventIds
{
    public static string Of(string stage, StreamPosition position)
    {
        var name = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(name, position.Partition);
        BinaryPrimitives.WriteInt64BigEndian(name.AsSpan(4), position.Offset);
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes($"{stage}\0{position.Topic}\0"), .. name]);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }
}
