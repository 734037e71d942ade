using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Millrace.Broker.Storage;

/// <summary>The greatest offset of each key, for as many keys as there is room.</summary>
/// <remarks>Keys are told apart by 128 bits of a cryptographic hash: what is lost by mistake is lost for good.</remarks>
internal sealed class LatestOffsets(int most)
{
    private readonly Dictionary<UInt128, long> _offsets = [];

    /// <summary>Takes note of a key at an offset above the ones before; false when there is no room for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, long offset)
    {
        var hash = Hash(key);
        if (_offsets.Count >= most && !_offsets.ContainsKey(hash))
        {
            return false;
        }

        _offsets[hash] = offset;
        return true;
    }

    /// <summary>Whether a key is there at a greater offset.</summary>
    public bool HasLater(ReadOnlySpan<byte> key, long offset) => _offsets.TryGetValue(Hash(key), out var latest) && latest > offset;

    private static UInt128 Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
