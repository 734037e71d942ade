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
        var hash = (ulong)name.Length;
        if (name.Length >= sizeof(ulong))
        {
            hash = hash * 31 + BinaryPrimitives.ReadUInt64LittleEndian(name);
            hash = hash * 0x9E3779B97F4A7C15 + BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var value in name)
            {
                hash = hash * 257 + value;
            }
        }

        return (int)((hash * 0x9E3779B97F4A7C15) >> 32) & (_slots.Length - 1);
    }
}
