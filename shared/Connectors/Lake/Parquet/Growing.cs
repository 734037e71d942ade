using System.Runtime.CompilerServices;

namespace Millrace.Connectors;

/// <summary>An array that grows at its end and is handed on without a copy.</summary>
internal sealed class Growing<T>
{
    private T[] _items = new T[64];

    public int Count { get; private set; }

    public ReadOnlyMemory<T> Memory => _items.AsMemory(0, Count);

    public ReadOnlySpan<T> Span => _items.AsSpan(0, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        _items[Count++] = item;
    }

    public void AddRange(ReadOnlySpan<T> items)
    {
        items.CopyTo(Reserve(items.Length));
        Count += items.Length;
    }

    /// <summary>Room at the end, of which <see cref="Advance"/> takes what was written.</summary>
    public Span<T> Reserve(int length)
    {
        if (Count + length > _items.Length)
        {
            Grow(length);
        }

        return _items.AsSpan(Count, length);
    }

    public void Advance(int length) => Count += length;

    /// <summary>Empties it; the room stays.</summary>
    public void Clear() => Count = 0;

    private void Grow(int by) => Array.Resize(ref _items, Math.Max(_items.Length * 2, Count + by));
}
