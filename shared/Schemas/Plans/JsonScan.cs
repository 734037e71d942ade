using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>One pass over a JSON text: where it stands, what it has seen, what it may still spend.</summary>
/// <remarks>
/// The text is valid UTF-8; everything else about it is checked here, by RFC 8259 and nothing more. Half a surrogate pair
/// and nesting beyond <see cref="Evaluation.MaxDepth"/> are refused as well. A method that returns false leaves the pass
/// where it found the fault: nobody goes on from there.
/// </remarks>
internal ref struct JsonScan
{
    private readonly ReadOnlySpan<byte> _json;

    /// <summary>Starts in front of the first byte.</summary>
    /// <param name="json">The text.</param>
    /// <param name="names">Where the names are kept that no schema knows.</param>
    /// <param name="captures">Where the fields are noted that were asked for.</param>
    public JsonScan(ReadOnlySpan<byte> json, SeenNames names, Span<FieldRange> captures)
    {
        _json = json;
        Names = names;
        Captures = captures;
        Budget = Evaluation.BudgetOf(json.Length);
    }

    /// <summary>The place of the next byte.</summary>
    public int Position { get; set; }

    /// <summary>How many objects and arrays are open.</summary>
    public int Depth { get; set; }

    /// <summary>The steps that are left.</summary>
    public long Budget { get; private set; }

    /// <summary>Whether the pass was given up: there is no answer, and no keyword may turn that into one.</summary>
    public bool IsUndecided { get; private set; }

    /// <summary>The names that no schema knows.</summary>
    public SeenNames Names;

    /// <summary>Where the fields are noted that were asked for.</summary>
    public Span<FieldRange> Captures { get; }

    /// <summary>The next byte; 0, which is no JSON, at the end.</summary>
    public readonly byte Current => (uint)Position < (uint)_json.Length ? _json[Position] : (byte)0;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => Position == _json.Length;

    /// <summary>The whole text.</summary>
    public readonly ReadOnlySpan<byte> Json => _json;

    /// <summary>A part of the text.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int length) => _json.Slice(start, length);

    /// <summary>Passes over white space, and gives the byte after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Next() => Current is var current && current > ' ' ? current : AfterSpace();

    /// <summary>Takes steps from the budget; gives up where there are none.</summary>
    public bool Spend(long steps) => (Budget -= steps) >= 0 || GiveUp();

    /// <summary>Leaves the answer to somebody who takes more time. Always false.</summary>
    public bool GiveUp()
    {
        IsUndecided = true;
        return false;
    }

    /// <summary>Goes into an object or an array; false where that is too deep.</summary>
    public bool Open()
    {
        Position++;
        return ++Depth <= Evaluation.MaxDepth;
    }

    /// <summary>Goes out of it.</summary>
    public void Close()
    {
        Position++;
        Depth--;
    }

    /// <summary>Passes over <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public bool TryLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_json[Position..].StartsWith(literal))
        {
            return false;
        }

        Position += literal.Length;
        return true;
    }

    /// <summary>Passes over a string, from quote to quote.</summary>
    public bool TryString(out JsonStringToken text)
    {
        var json = _json;
        var start = Position + 1;
        var at = start;
        var escaped = false;
        text = default;
        while (true)
        {
            at = IndexOfSpecial(json, at);
            if ((uint)at >= (uint)json.Length || json[at] is not ((byte)'"' or (byte)'\\'))
            {
                return false;
            }

            if (json[at] == '"')
            {
                text = new JsonStringToken(start, at - start, escaped);
                Position = at + 1;
                return true;
            }

            var size = JsonEscape.LengthOf(json[at..]);
            if (size == 0)
            {
                return false;
            }

            (at, escaped) = (at + size, true);
        }
    }

    /// <summary>Passes over a number.</summary>
    public bool TryNumber(out JsonNumberToken number)
    {
        const int longestSmall = 18;
        var json = _json;
        var start = Position;
        var at = start + (Current == '-' ? 1 : 0);
        var first = at;
        var value = 0L;
        number = default;
        while ((uint)at < (uint)json.Length && (uint)(json[at] - '0') <= 9)
        {
            value = unchecked(value * 10 + (json[at++] - '0'));
        }

        if (at == first || (json[first] == '0' && at > first + 1))
        {
            return false;
        }

        var isSmall = at - first <= longestSmall;
        if ((uint)at < (uint)json.Length && json[at] is (byte)'.' or (byte)'e' or (byte)'E')
        {
            isSmall = false;
            if (!TryFraction(json, ref at))
            {
                return false;
            }
        }

        number = new JsonNumberToken(start, at - start, isSmall, first == start ? value : -value);
        Position = at;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> json, ref int at)
    {
        if (json[at] == '.' && !TryDigits(json, ref at))
        {
            return false;
        }

        if (at == json.Length || json[at] is not ((byte)'e' or (byte)'E'))
        {
            return true;
        }

        at += at + 1 < json.Length && json[at + 1] is (byte)'+' or (byte)'-' ? 1 : 0;
        return TryDigits(json, ref at);
    }

    // One or more, after the byte at hand.
    private static bool TryDigits(ReadOnlySpan<byte> json, ref int at)
    {
        var first = ++at;
        while (at < json.Length && char.IsAsciiDigit((char)json[at]))
        {
            at++;
        }

        return at > first;
    }

    private byte AfterSpace()
    {
        while (Current is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            Position++;
        }

        return Current;
    }

    // The first quote, backslash or control character; the text's length where there is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOfSpecial(ReadOnlySpan<byte> json, int at)
    {
        while (at + Vector128<byte>.Count <= json.Length)
        {
            var bytes = Vector128.Create(json.Slice(at, Vector128<byte>.Count));
            var special = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
            if (special != Vector128<byte>.Zero)
            {
                return at + BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits());
            }

            at += Vector128<byte>.Count;
        }

        while (at < json.Length && json[at] is not ((byte)'"' or (byte)'\\' or < (byte)' '))
        {
            at++;
        }

        return at;
    }
}
