using System.Globalization;
using System.Text;

namespace Millrace.Schemas;

// The characters of a pattern: shorthands, classes, escapes.
internal sealed partial class EcmaPatternReader
{
    // The characters of a shorthand as they stand in a class, of the positive form for a negative one too.
    private string ReadShorthand()
    {
        var kind = char.ToLowerInvariant(source[_position + 1]);
        if (kind != 'p')
        {
            _position += 2;
            return kind switch { 'd' => "0-9", 'w' => "A-Za-z0-9_", _ => Space };
        }

        var close = source.IndexOf('}', _position);
        var name = close < 0 ? "" : source[(_position + 2)..close].TrimStart('{');
        if (name.Length is 0 or > 2 || !char.IsAsciiLetterUpper(name[0]) || (name.Length == 2 && !char.IsAsciiLetterLower(name[1])))
        {
            Unsupported ??= $@"'\p{{{name}}}' (other than a general category such as L or Lu)";
        }

        _position = close < 0 ? throw Wrong(@"\p wants a category in braces") : close + 1;
        return $@"\p{{{name}}}";
    }

    private void ReadClass()
    {
        _position++;
        var negative = Current == '^';
        _position += negative ? 1 : 0;
        var single = new StringBuilder();
        while (Current != ']' || IsAtEnd)
        {
            if (IsAtEnd)
            {
                throw Wrong("a class is not closed");
            }

            ReadClassMember(single);
        }

        _position++;
        if (negative)
        {
            _output.Append("(?:").Append(Pair).Append("|[^").Append(single).Append(NotSingle).Append("])");
        }
        else
        {
            _output.Append(single.Length == 0 ? @"[^\0-\uFFFF]" : $"[{single}]");
        }
    }

    private void ReadClassMember(StringBuilder members)
    {
        if (Current == '\\' && _position + 1 < source.Length && source[_position + 1] is 'd' or 'w' or 's' or 'p')
        {
            members.Append(ReadShorthand());
            return;
        }

        if (Current == '\\' && _position + 1 < source.Length && source[_position + 1] is 'D' or 'W' or 'S' or 'P')
        {
            var kind = source[_position + 1];
            var positive = ReadShorthand();
            members.Append(kind switch { 'D' => @"\0-/:-\uD7FF\uE000-\uFFFF", 'P' => @"\P" + positive[2..], _ => "" });
            Unsupported ??= kind == 'D' ? null : $@"'\{kind}' within a class";
            return;
        }

        var first = ReadClassCodePoint();
        var last = first;
        if (Current == '-' && _position + 1 < source.Length && source[_position + 1] != ']')
        {
            var dash = _position++;
            if (Current == '\\' && _position + 1 < source.Length && "dDwWsSpP".Contains(source[_position + 1], StringComparison.Ordinal))
            {
                // The dash stands for itself in front of a shorthand.
                _position = dash;
            }
            else
            {
                last = ReadClassCodePoint();
            }
        }

        if (last < first)
        {
            throw Wrong("a range of a class is out of order");
        }

        if (last > char.MaxValue)
        {
            Unsupported ??= "a character beyond U+FFFF within a class";
            return;
        }

        members.Append(CultureInfo.InvariantCulture, $@"\u{first:X4}-\u{last:X4}");
    }

    private int ReadClassCodePoint() => Current == '\\' ? ReadEscapedCodePoint(inClass: true) : ReadCodePoint();

    private int ReadCodePoint()
    {
        var codePoint = char.IsHighSurrogate(Current) && _position + 1 < source.Length && char.IsLowSurrogate(source[_position + 1])
            ? char.ConvertToUtf32(Current, source[_position + 1])
            : Current;
        _position += codePoint > char.MaxValue ? 2 : 1;
        return codePoint;
    }

    private int ReadEscapedCodePoint(bool inClass)
    {
        var kind = _position + 1 < source.Length ? source[_position + 1] : throw Wrong("the pattern ends in a backslash");
        _position += 2;
        switch (kind)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case 'b' when inClass: return '\b';
            case '0' when !char.IsAsciiDigit(Current): return 0;
            case 'c' when char.IsAsciiLetter(Current): return source[_position++] & 0x1F;
            case 'x': return ReadHex(2);
            case 'u': return ReadUnicode();
            case var _ when char.IsAsciiLetterOrDigit(kind): throw Wrong($@"'\{kind}' is no escape that ECMAScript knows");
            default:
                _position--;
                return ReadCodePoint();
        }
    }

    private int ReadUnicode()
    {
        if (Current == '{')
        {
            var close = source.IndexOf('}', _position);
            var digits = close < 0 ? "" : source[(_position + 1)..close];
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var codePoint) || codePoint is < 0 or > 0x10FFFF)
            {
                throw Wrong($@"'\u{{{digits}}}' is no code point");
            }

            _position = close + 1;
            return codePoint;
        }

        var first = ReadHex(4);
        if (!char.IsHighSurrogate((char)first) || !source.AsSpan(_position).StartsWith(@"\u") || source.AsSpan(_position).StartsWith(@"\u{"))
        {
            return first;
        }

        var before = _position;
        _position += 2;
        var second = ReadHex(4);
        if (char.IsLowSurrogate((char)second))
        {
            return char.ConvertToUtf32((char)first, (char)second);
        }

        _position = before;
        return first;
    }

    private int ReadHex(int length)
    {
        if (_position + length > source.Length
            || !int.TryParse(source.AsSpan(_position, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            throw Wrong($"an escape wants {length} hexadecimal digits");
        }

        _position += length;
        return value;
    }
}
