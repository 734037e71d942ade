using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A JSON number as exactly what its digits say: ±0.d₁d₂…dₙ × 10^point, the first and the last digit not zero.</summary>
/// <remarks>
/// Reads the digits where they stand: nothing is rounded, nothing overflows, nothing is allocated, and <c>1e1000000000</c>
/// costs no more than <c>1</c>. Exponents are exact up to 18 digits; beyond, they count as ±10^18, so that two such numbers
/// with the same digits are equal. Schemas have no such numbers (<see cref="HasExactExponent"/>), so a comparison with a
/// schema's number is always right.
/// </remarks>
internal readonly ref struct JsonNumber
{
    private const long ExponentLimit = 1_000_000_000_000_000_000;

    private readonly ReadOnlySpan<byte> _digits;
    private readonly int _count;
    private readonly long _point;
    private readonly bool _negative;

    private JsonNumber(ReadOnlySpan<byte> token)
    {
        _negative = token[0] == '-';
        token = _negative ? token[1..] : token;

        var exponentMark = token.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponentMark < 0 ? token : token[..exponentMark];
        var exponent = exponentMark < 0 ? 0 : ReadExponent(token[(exponentMark + 1)..]);
        HasExactExponent = Math.Abs(exponent) < ExponentLimit;

        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            _negative = false;
            return;
        }

        var dot = mantissa.IndexOf((byte)'.');
        var whole = dot < 0 ? mantissa.Length : dot;
        _digits = mantissa[first..(mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9') + 1)];
        _count = _digits.Contains((byte)'.') ? _digits.Length - 1 : _digits.Length;
        _point = exponent + (first < whole ? whole - first : whole + 1 - first);
    }

    /// <summary>Whether the exponent is short enough to be taken at its word.</summary>
    public bool HasExactExponent { get; }

    /// <summary>Whether the number is whole, however it is written: <c>1.0</c> and <c>12.5e1</c> are.</summary>
    public bool IsWhole => _count == 0 || _point >= _count;

    /// <summary>Whether the number is greater than zero.</summary>
    public bool IsPositive => _count > 0 && !_negative;

    /// <summary>The number in a JSON element of that kind; it is a view on the element's bytes.</summary>
    public static JsonNumber Of(JsonElement number) => new(JsonMarshal.GetRawUtf8Value(number));

    /// <summary>The number that a JSON token says.</summary>
    public static JsonNumber Of(ReadOnlySpan<byte> token) => new(token);

    /// <summary>Less than zero, zero or more, as this number is less than, equal to or greater than the other.</summary>
    public int CompareTo(JsonNumber other)
    {
        if (_count == 0 || other._count == 0 || _negative != other._negative)
        {
            return Sign.CompareTo(other.Sign);
        }

        var magnitude = _point != other._point ? _point.CompareTo(other._point) : CompareDigits(other);
        return _negative ? -magnitude : magnitude;
    }

    /// <summary>Whether the number is a whole multiple of another, which is greater than zero.</summary>
    /// <remarks>
    /// With a = A·10^i and b = B·10^j, neither A nor B ending in 0, a/b is whole only where i ≥ j, and then exactly
    /// where B divides A·10^(i-j), which modular arithmetic answers without ever writing that number down.
    /// </remarks>
    public bool IsMultipleOf(JsonNumber divisor)
    {
        if (_count == 0)
        {
            return true;
        }

        var shift = (_point - _count) - (divisor._point - divisor._count);
        if (shift < 0)
        {
            return false;
        }

        var modulus = divisor.DigitsModulo(null);
        return (DigitsModulo(modulus) * BigInteger.ModPow(10, shift, modulus) % modulus).IsZero;
    }

    /// <summary>The same for equal numbers, however they are written.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Sign);
        hash.Add(_point);
        foreach (var digit in _digits)
        {
            if (digit != '.')
            {
                hash.Add(digit);
            }
        }

        return hash.ToHashCode();
    }

    /// <summary>Numbers are compared by <see cref="CompareTo"/>; a view on a span equals no object.</summary>
    public override bool Equals(object? obj) => false;

    private int Sign => _count == 0 ? 0 : _negative ? -1 : 1;

    private int CompareDigits(JsonNumber other)
    {
        var mine = _digits;
        var theirs = other._digits;
        while (!mine.IsEmpty && !theirs.IsEmpty)
        {
            mine = mine[0] == '.' ? mine[1..] : mine;
            theirs = theirs[0] == '.' ? theirs[1..] : theirs;
            if (mine[0] != theirs[0])
            {
                return mine[0].CompareTo(theirs[0]);
            }

            mine = mine[1..];
            theirs = theirs[1..];
        }

        return mine.Length.CompareTo(theirs.Length);
    }

    private BigInteger DigitsModulo(BigInteger? modulus)
    {
        const int digitsAtATime = 18;
        var result = BigInteger.Zero;
        var (chunk, scale, taken) = (0L, 1L, 0);
        foreach (var digit in _digits)
        {
            if (digit == '.')
            {
                continue;
            }

            (chunk, scale, taken) = (chunk * 10 + (digit - '0'), scale * 10, taken + 1);
            if (taken == digitsAtATime)
            {
                result = Append(result);
                (chunk, scale, taken) = (0, 1, 0);
            }
        }

        return Append(result);

        BigInteger Append(BigInteger head)
        {
            var longer = head * scale + chunk;
            return modulus is { } divisor ? longer % divisor : longer;
        }
    }

    private static long ReadExponent(ReadOnlySpan<byte> digits)
    {
        var negative = digits[0] == '-';
        digits = digits[0] is (byte)'-' or (byte)'+' ? digits[1..] : digits;
        digits = digits.TrimStart((byte)'0');
        var exponent = digits.Length > 18 ? ExponentLimit
            : digits.IsEmpty ? 0
            : long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return negative ? -exponent : exponent;
    }
}
