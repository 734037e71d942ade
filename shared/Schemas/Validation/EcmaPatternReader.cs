using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Millrace.Schemas;

/// <summary>Reads an ECMAScript regular expression once, from left to right, and writes the .NET one that means the same.</summary>
/// <remarks>
/// The two differ in: the shorthands (<c>\d \w \s</c> are ASCII or ECMAScript's own spaces), the dot, <c>$</c> (the very
/// end), and characters beyond 16 bits, which .NET sees as two. Escapes of letters that ECMAScript does not define are errors,
/// escapes of punctuation stand for themselves.
/// </remarks>
internal sealed class EcmaPatternReader(string source)
{
    private const string Space = @"\t\n\v\f\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";
    private const string NotSingle = @"\uD800-\uDFFF";

    private const int MaxQuantifier = 24;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    private readonly StringBuilder _output = new();
    private int _position;

    /// <summary>After reading: a construct that is valid, but beyond a linear-time matcher; null where there is none.</summary>
    public string? Unsupported { get; private set; }

    private char Current => _position < source.Length ? source[_position] : '\0';

    private bool IsAtEnd => _position >= source.Length;

    /// <summary>Translates the whole pattern, or says what is wrong with its syntax.</summary>
    public bool TryTranslate([NotNullWhen(true)] out string? translated, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            Read();
            (translated, problem) = (_output.ToString(), null);
            return true;
        }
        catch (FormatException error)
        {
            (translated, problem) = (null, error.Message);
            return false;
        }
    }

    private void Read()
    {
        var open = new Stack<bool>();
        var repeatable = false;
        while (!IsAtEnd)
        {
            switch (Current)
            {
                case '(':
                    open.Push(ReadGroupStart());
                    repeatable = false;
                    break;
                case ')':
                    repeatable = open.TryPop(out var matchesText) ? matchesText : throw Wrong("')' closes no group");
                    Copy(1);
                    break;
                case '|':
                    Copy(1);
                    repeatable = false;
                    break;
                case '^':
                    Write(@"\A", 1);
                    repeatable = false;
                    break;
                case '$':
                    Write(@"\z", 1);
                    repeatable = false;
                    break;
                case '*' or '+' or '?' or '{' when TryReadQuantifier(repeatable):
                    repeatable = false;
                    break;
                case '[':
                    ReadClass();
                    repeatable = true;
                    break;
                case '\\':
                    repeatable = ReadEscape();
                    break;
                case '.':
                    Write($@"(?:{Pair}|[^\n\r\u2028\u2029{NotSingle}])", 1);
                    repeatable = true;
                    break;
                default:
                    WriteLiteral(ReadCodePoint());
                    repeatable = true;
                    break;
            }
        }

        if (open.Count > 0)
        {
            throw Wrong("a group is not closed");
        }
    }

    // True where the group matches text, so that it may be repeated.
    private bool ReadGroupStart()
    {
        var rest = source.AsSpan(_position);
        if (!rest.StartsWith("(?"))
        {
            Write("(?:", 1);
            return true;
        }

        if (rest.StartsWith("(?:"))
        {
            Copy(3);
            return true;
        }

        foreach (var look in (ReadOnlySpan<string>)["(?=", "(?!", "(?<=", "(?<!"])
        {
            if (rest.StartsWith(look))
            {
                Unsupported ??= $"'{look}' (lookaround)";
                Copy(look.Length);
                return false;
            }
        }

        var end = rest.IndexOf('>');
        if (!rest.StartsWith("(?<") || end < 4 || char.IsAsciiDigit(rest[3]) || rest[3..end].ContainsAnyExcept(NameCharacters))
        {
            throw Wrong($"'{rest[..Math.Min(4, rest.Length)]}' begins no group that ECMAScript knows");
        }

        Write("(?:", end + 1);
        return true;
    }

    // False where a brace begins no quantifier and stands for itself.
    private bool TryReadQuantifier(bool repeatable)
    {
        var length = 1;
        if (Current == '{')
        {
            var close = source.IndexOf('}', _position);
            var counts = close < 0 || close - _position > MaxQuantifier ? [] : source[(_position + 1)..close].Split(',');
            if (counts.Length is 0 or > 2 || !IsCount(counts[0], out var least) || (counts.Length == 2 && counts[1].Length > 0 && !IsCount(counts[1], out _)))
            {
                return false;
            }

            if (counts.Length == 2 && IsCount(counts[1], out var most) && most < least)
            {
                throw Wrong($"the counts of '{{{string.Join(',', counts)}}}' are out of order");
            }

            length = close + 1 - _position;
        }

        if (!repeatable)
        {
            throw Wrong($"'{Current}' has nothing to repeat");
        }

        Copy(length);
        if (Current == '?')
        {
            Copy(1);
        }

        return true;

        static bool IsCount(string text, out int count) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    // True where the escape matches text, so that it may be repeated.
    private bool ReadEscape()
    {
        var kind = _position + 1 < source.Length ? source[_position + 1] : throw Wrong("the pattern ends in a backslash");
        switch (kind)
        {
            case 'b' or 'B':
                Unsupported ??= $@"'\{kind}' (word boundary)";
                _position += 2;
                return false;
            case >= '1' and <= '9':
            case 'k':
                Unsupported ??= $@"'\{kind}' (backreference)";
                _position += 2;
                return true;
            case 'd' or 'w' or 's' or 'p':
                _output.Append('[').Append(ReadShorthand()).Append(']');
                return true;
            case 'D' or 'W' or 'S' or 'P':
                _output.Append("(?:").Append(Pair).Append("|[^").Append(ReadShorthand()).Append(NotSingle).Append("])");
                return true;
            default:
                WriteLiteral(ReadEscapedCodePoint(inClass: false));
                return true;
        }
    }

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

    private void WriteLiteral(int codePoint)
    {
        if (codePoint > char.MaxValue)
        {
            var pair = char.ConvertFromUtf32(codePoint);
            _output.Append(CultureInfo.InvariantCulture, $@"(?:\u{(int)pair[0]:X4}\u{(int)pair[1]:X4})");
        }
        else if (char.IsAsciiLetterOrDigit((char)codePoint))
        {
            _output.Append((char)codePoint);
        }
        else
        {
            _output.Append(CultureInfo.InvariantCulture, $@"\u{codePoint:X4}");
        }
    }

    private void Copy(int length)
    {
        _output.Append(source, _position, length);
        _position += length;
    }

    private void Write(string translated, int length)
    {
        _output.Append(translated);
        _position += length;
    }

    private FormatException Wrong(string problem) => new($"{problem} (character {_position})");
}
