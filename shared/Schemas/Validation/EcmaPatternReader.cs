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
internal sealed partial class EcmaPatternReader(string source)
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
