using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords about strings: <c>minLength</c>, <c>maxLength</c>, <c>pattern</c> and <c>format</c>.</summary>
/// <param name="MinLength">The least length in code points.</param>
/// <param name="MaxLength">The greatest length in code points.</param>
/// <param name="Pattern">What the string must match somewhere; null asks nothing.</param>
/// <param name="Format">The form that the whole string must have; null asks nothing.</param>
internal sealed record StringRules(int MinLength, int MaxLength, EcmaPattern? Pattern, Format? Format)
{
    /// <summary>Whether the string keeps the rules.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        var raw = JsonText.Raw(value);
        var valid = HasLength(raw, value, run);
        if (Pattern is null && Format is null)
        {
            return valid;
        }

        // Beyond the length that the schema allows, no work is spent on the string.
        if (!valid)
        {
            return false;
        }

        var text = JsonText.Unescape(raw);
        if (Pattern is not null && !Pattern.IsMatch(text))
        {
            valid = run.Fail("pattern", $"must match the pattern {Pattern}, but is {value}");
        }

        if (Format is not null && !Format.Matches(text))
        {
            valid = run.Fail("format", $"must be {Format.Description}, but is {value}");
        }

        return valid;
    }

    private bool HasLength(ReadOnlySpan<byte> raw, JsonElement value, Evaluation run)
    {
        // A code point takes from 1 to 4 bytes, and up to 12 as a pair of escapes.
        if (raw.Length <= MaxLength && raw.Length / 12 >= MinLength)
        {
            return true;
        }

        var length = JsonText.CountCodePoints(raw);
        return length < MinLength ? run.Fail("minLength", $"must have at least {MinLength} characters, but has {length}: {value}")
            : length <= MaxLength || run.Fail("maxLength", $"must have at most {MaxLength} characters, but has {length}: {value}");
    }
}
