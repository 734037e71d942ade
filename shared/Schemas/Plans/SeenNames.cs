using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The names of fields that no schema knows, to find those that an object has twice.</summary>
/// <remarks>
/// A name is kept with the object that it stands in and its own place, for the whole of a pass, so that a part of the text
/// that is read again finds itself and nothing else. The hash has a secret of the process: names that are made to collide do not.
/// Grows into rented memory; <see cref="Dispose"/> gives it back.
/// </remarks>
internal ref struct SeenNames(Span<SeenNames.Slot> slots)
{
    private static readonly ulong Secret1 = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
    private static readonly ulong Secret2 = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    private Span<Slot> _slots = slots;
    private Slot[]? _rented;
    private int _count;

    /// <summary>How many slots to start with: a power of two, enough for an event with a few such fields.</summary>
    public const int FirstSlots = 32;

    /// <summary>Adds a name; false where the object has it already.</summary>
    /// <param name="json">The text.</param>
    /// <param name="parent">The place of the object.</param>
    /// <param name="start">The place of the name.</param>
    /// <param name="name">The name, its escapes resolved.</param>
    public bool Add(ReadOnlySpan<byte> json, int parent, int start, scoped ReadOnlySpan<byte> name)
    {
        var hash = Hash(name, parent);
        var at = hash & (_slots.Length - 1);
        for (; _slots[at].Parent != 0; at = (at + 1) & (_slots.Length - 1))
        {
            ref var slot = ref _slots[at];
            if (slot.Hash == hash && slot.Parent == parent + 1 && (slot.Start == start || NameAt(json, slot.Start).SequenceEqual(name)))
            {
                return slot.Start == start;
            }
        }

        _slots[at] = new Slot(parent + 1, start, hash);
        if (++_count > _slots.Length / 2)
        {
            Grow();
        }

        return true;
    }

    /// <summary>Gives rented memory back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<Slot>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private void Grow()
    {
        var size = _slots.Length * 4;
        var rented = ArrayPool<Slot>.Shared.Rent(size);
        var larger = rented.AsSpan(0, size);
        larger.Clear();
        foreach (var slot in _slots)
        {
            if (slot.Parent != 0)
            {
                var at = slot.Hash & (size - 1);
                while (larger[at].Parent != 0)
                {
                    at = (at + 1) & (size - 1);
                }

                larger[at] = slot;
            }
        }

        Dispose();
        _rented = rented;
        _slots = larger;
    }

    // Asked for names with equal hashes only, which are equal as a rule: the event is refused then.
    private static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> json, int start)
    {
        var name = new Utf8JsonReader(json[(start - 1)..], isFinalBlock: false, default);
        name.Read();
        return JsonText.Unescape(name.ValueSpan);
    }

    private static int Hash(ReadOnlySpan<byte> name, int parent)
    {
        ulong first, last;
        if (name.Length > 2 * sizeof(ulong))
        {
            // The hash of strings has a secret of its own; bytes are looked at in pairs.
            first = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(name));
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]);
        }
        else if (name.Length >= sizeof(ulong))
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(name);
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]);
        }
        else
        {
            (first, last) = (0, 0);
            foreach (var value in name)
            {
                first = (first << 8) | value;
            }
        }

        var low = Math.BigMul(first ^ Secret1, last ^ Secret2 ^ ((ulong)name.Length << 56), out var rest);
        var mixed = (low ^ rest ^ (ulong)(uint)parent) * Secret1;
        return (int)(mixed >> 33);
    }

    /// <summary>A name that was seen.</summary>
    /// <param name="Parent">The place of its object, from 1; 0 is an empty slot.</param>
    /// <param name="Start">The place of the name.</param>
    /// <param name="Hash">Its hash.</param>
    internal readonly record struct Slot(int Parent, int Start, int Hash);
}
