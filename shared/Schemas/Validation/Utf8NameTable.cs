using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Millrace.Schemas;

/// <summary>Finds the number of a name, given in UTF-8, among names that are known beforehand. Allocates nothing.</summary>
/// <remarks>Names from an event can make a lookup walk all the known names at worst, as they are never added.</remarks>
internal sealed class Utf8NameTable
{
    private readonly byte[][] _names;
    private readonly int[] _slots;

    /// <summary>Numbers the names by their order; they are distinct.</summary>
    public Utf8NameTable(IEnumerable<string> names)
        : this(names.Select(Encoding.UTF8.GetBytes))
    {
    }

    /// <summary>Numbers names that are UTF-8 already.</summary>
    public Utf8NameTable(IEnumerable<byte[]> names)
    {
        _names = [.. names];
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)_names.Length * 2 + 1)];
        for (var i = 0; i < _names.Length; i++)
        {
            var slot = SlotOf(_names[i]);
            while (_slots[slot] != 0)
            {
                slot = Next(slot);
            }

            _slots[slot] = i + 1;
        }
    }

    /// <summary>The names, in their order.</summary>
    public IReadOnlyList<byte[]> Names => _names;

    /// <summary>The name's number; -1 where it is not known.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (_names.Length == 0)
        {
            return -1;
        }

        for (var slot = SlotOf(name); _slots[slot] is var number and not 0; slot = Next(slot))
        {
            if (name.SequenceEqual(_names[number - 1]))
            {
                return number - 1;
            }
        }

        return -1;
    }

    private int Next(int slot) => (slot + 1) & (_slots.Length - 1);

    // The length, the first bytes and the last bytes tell the fields of one object apart.
    private int SlotOf(ReadOnlySpan<byte> name)
    {
        var (first, last) = name.Length switch
        {
            >= sizeof(ulong) => (BinaryPrimitives.ReadUInt64LittleEndian(name), BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..])),
            >= sizeof(uint) => (BinaryPrimitives.ReadUInt32LittleEndian(name), BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..])),
            > 0 => (name[0], ((ulong)name[name.Length / 2] << 8) | name[^1]),
            _ => (0UL, 0UL),
        };
        var hash = ((first + (ulong)name.Length) * 0x9E3779B97F4A7C15) ^ (last * 0xC2B2AE3D27D4EB4F);
        return (int)((hash * 0x9E3779B97F4A7C15) >> 33) & (_slots.Length - 1);
    }
}
