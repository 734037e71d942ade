using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Millrace.Schemas;

/// <summary>A schema's regular expression: ECMAScript's syntax, matched in time linear in the text.</summary>
/// <remarks>
/// Characters are code points, as with ECMAScript's flag <c>u</c>. What a linear-time matcher cannot do (lookaround,
/// backreferences) or would do differently (<c>\b</c>) is refused when the schema is compiled.
/// </remarks>
internal sealed class EcmaPattern
{
    private const int MaxCharsOnStack = 256;

    private readonly string _source;
    private readonly Regex _regex;

    private EcmaPattern(string source, Regex regex) => (_source, _regex) = (source, regex);

    /// <summary>Compiles a pattern, or says why it cannot be had.</summary>
    public static bool TryCompile(string source, [NotNullWhen(true)] out EcmaPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        var reader = new EcmaPatternReader(source);
        if (!reader.TryTranslate(out var translated, out problem))
        {
            return false;
        }

        if (reader.Unsupported is { } unsupported)
        {
            problem = $"{unsupported} cannot be matched in linear time";
            return false;
        }

        try
        {
            pattern = new EcmaPattern(source, new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            return true;
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            problem = refusal.Message;
            return false;
        }
    }

    /// <summary>Whether a text is a regular expression at all, lookaround and backreferences included. Linear in the text.</summary>
    public static bool IsWellFormed(string source) => new EcmaPatternReader(source).TryTranslate(out _, out _);

    /// <summary>Whether the text has a match somewhere.</summary>
    public bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        char[]? rented = null;
        var chars = utf8.Length <= MaxCharsOnStack
            ? stackalloc char[MaxCharsOnStack]
            : rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        var matches = _regex.IsMatch(chars[..Encoding.UTF8.GetChars(utf8, chars)]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return matches;
    }

    /// <summary>The pattern as the schema writes it.</summary>
    public override string ToString() => _source;
}
