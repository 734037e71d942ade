using System.Runtime.CompilerServices;

namespace Millrace.Schemas;

/// <summary>A set of the first <see cref="Capacity"/> numbers.</summary>
[InlineArray(Words)]
internal struct NameBits
{
    /// <summary>How many numbers there is room for.</summary>
    public const int Capacity = Words * 64;

    private const int Words = 4;

    private ulong _word;

    /// <summary>Adds a number; false where it was in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(int number)
    {
        ref var word = ref this[number >> 6];
        var bit = 1UL << (number & 63);
        if ((word & bit) != 0)
        {
            return false;
        }

        word |= bit;
        return true;
    }

    /// <summary>Whether a number is in the set.</summary>
    public readonly bool Contains(int number) => (this[number >> 6] & (1UL << (number & 63))) != 0;

    /// <summary>Whether all numbers below a count are in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool HasFirst(int count)
    {
        var word = 0;
        for (; count >= 64; count -= 64)
        {
            if (this[word++] != ulong.MaxValue)
            {
                return false;
            }
        }

        var mask = (1UL << count) - 1;
        return count == 0 || (this[word] & mask) == mask;
    }
}
