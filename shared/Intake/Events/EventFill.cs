using System.Buffers;

namespace Millrace.Intake;

/// <summary>Writes fields into events that lack them: as text, behind the brace that opens the object.</summary>
internal sealed class EventFill
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _added;

    private readonly FieldMap _map;
    private readonly int[] _values;
    private readonly bool[] _wanted;

    /// <summary>Fills these fields.</summary>
    public EventFill(FieldMap map, IEnumerable<FillSource> fields)
    {
        _map = map;
        _values = new int[map.Count];
        _wanted = new bool[map.Count];
        Array.Fill(_values, -1);
        foreach (var field in fields)
        {
            _values[field.Node] = field.Value;
        }

        Mark(0);
    }

    /// <summary>A copy of an event, with what it lacks.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="start">Where it stands in its body.</param>
    /// <param name="places">Its fields, by where they stand in the body.</param>
    /// <param name="values">What there is to fill in.</param>
    public byte[] Apply(ReadOnlySpan<byte> utf8Json, int start, ReadOnlySpan<FieldPlace> places, RequestValues values)
    {
        var added = _added ??= new ArrayBufferWriter<byte>(1_024);
        added.ResetWrittenCount();
        Span<Addition> additions = stackalloc Addition[_map.Count];
        var count = 0;
        Visit(0, places, values, added, additions, ref count);
        additions = additions[..count];
        additions.Sort(static (left, right) => left.At.CompareTo(right.At));

        var filled = GC.AllocateUninitializedArray<byte>(utf8Json.Length + added.WrittenCount);
        var (read, written) = (0, 0);
        foreach (var addition in additions)
        {
            var at = addition.At - start;
            utf8Json[read..at].CopyTo(filled.AsSpan(written));
            written += at - read;
            added.WrittenSpan.Slice(addition.Start, addition.Length).CopyTo(filled.AsSpan(written));
            (read, written) = (at, written + addition.Length);
        }

        utf8Json[read..].CopyTo(filled.AsSpan(written));
        return filled;
    }

    private bool Mark(int node)
    {
        _wanted[node] = _values[node] >= 0;
        foreach (var child in _map.ChildrenOf(node))
        {
            _wanted[node] |= Mark(child);
        }

        return _wanted[node];
    }

    // An object that is there: what it lacks is put behind its brace.
    private void Visit(int node, ReadOnlySpan<FieldPlace> places, RequestValues values, ArrayBufferWriter<byte> added, Span<Addition> additions, ref int count)
    {
        var start = added.WrittenCount;
        foreach (var child in _map.ChildrenOf(node))
        {
            if (!places[child].Exists && HasValue(child, values))
            {
                Write(child, values, added, isFirst: added.WrittenCount == start);
            }
        }

        if (added.WrittenCount > start)
        {
            if (!places[node].IsEmpty)
            {
                added.Write(","u8);
            }

            additions[count++] = new Addition(places[node].Start + 1, start, added.WrittenCount - start);
        }

        foreach (var child in _map.ChildrenOf(node))
        {
            if (_wanted[child] && places[child].IsObject)
            {
                Visit(child, places, values, added, additions, ref count);
            }
        }
    }

    private bool HasValue(int node, RequestValues values)
    {
        if (!_wanted[node])
        {
            return false;
        }

        if (_values[node] >= 0)
        {
            return !values[_values[node]].IsEmpty;
        }

        foreach (var child in _map.ChildrenOf(node))
        {
            if (HasValue(child, values))
            {
                return true;
            }
        }

        return false;
    }

    private void Write(int node, RequestValues values, ArrayBufferWriter<byte> added, bool isFirst)
    {
        added.Write(isFirst ? "\""u8 : ",\""u8);
        added.Write(_map.NameOf(node).EncodedUtf8Bytes);
        added.Write("\":"u8);
        if (_values[node] >= 0)
        {
            added.Write(values[_values[node]]);
            return;
        }

        added.Write("{"u8);
        var start = added.WrittenCount;
        foreach (var child in _map.ChildrenOf(node))
        {
            if (HasValue(child, values))
            {
                Write(child, values, added, isFirst: added.WrittenCount == start);
            }
        }

        added.Write("}"u8);
    }

    private readonly record struct Addition(int At, int Start, int Length);
}
