using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords about numbers: <c>minimum</c>, <c>maximum</c>, their exclusive forms and <c>multipleOf</c>.</summary>
/// <param name="Bounds">What the number is compared with.</param>
/// <param name="MultipleOf">A number greater than zero; null asks nothing.</param>
internal sealed record NumberRules(NumberRules.Bound[] Bounds, NumberRules.Constant? MultipleOf)
{
    /// <summary>Whether the number keeps the rules.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        var valid = true;
        foreach (var bound in Bounds)
        {
            valid &= bound.Admits(value) || run.Fail(bound.Keyword, $"must be {bound.Comparison} {bound.Limit}, but is {value}");
        }

        if (MultipleOf is { } divisor && !divisor.Divides(value))
        {
            valid = run.Fail("multipleOf", $"must be a multiple of {divisor}, but is {value}");
        }

        return valid;
    }

    /// <summary>Whether the number that a JSON token says keeps the rules.</summary>
    public bool Admits(ReadOnlySpan<byte> token)
    {
        foreach (var bound in Bounds)
        {
            if (!bound.Admits(token))
            {
                return false;
            }
        }

        return MultipleOf is null || MultipleOf.Divides(token);
    }

    /// <summary>One of the four comparisons.</summary>
    /// <param name="Keyword">The keyword.</param>
    /// <param name="Limit">What the number is compared with.</param>
    internal sealed record Bound(string Keyword, Constant Limit)
    {
        /// <summary>Whether numbers must be below the limit rather than above.</summary>
        public bool IsUpper { get; } = Keyword is "maximum" or "exclusiveMaximum";

        /// <summary>Whether the limit itself is no such number.</summary>
        public bool IsExclusive { get; } = Keyword is "exclusiveMinimum" or "exclusiveMaximum";

        /// <summary>The comparison as it reads in a sentence.</summary>
        public string Comparison => (IsUpper, IsExclusive) switch
        {
            (true, true) => "less than",
            (true, false) => "at most",
            (false, true) => "greater than",
            (false, false) => "at least",
        };

        /// <summary>Whether the number lies on the right side.</summary>
        public bool Admits(JsonElement number) => IsRightSide(Limit.CompareTo(number));

        /// <summary>Whether the number that a JSON token says lies on the right side.</summary>
        public bool Admits(ReadOnlySpan<byte> token) => IsRightSide(Limit.CompareTo(token));

        private bool IsRightSide(int order) => (order == 0 && !IsExclusive) || (IsUpper ? order > 0 : order < 0);
    }

    /// <summary>A number of the schema.</summary>
    internal sealed class Constant
    {
        private readonly byte[] _token;

        /// <summary>Keeps a copy of the number's digits.</summary>
        public Constant(JsonElement number)
        {
            _token = Encoding.UTF8.GetBytes(number.GetRawText());
            Small = number.TryGetInt64(out var small) ? small : null;
        }

        /// <summary>The number as an integer of 64 bits; null where it is none or is written otherwise.</summary>
        public long? Small { get; }

        /// <summary>This number compared with a value's.</summary>
        public int CompareTo(JsonElement value) =>
            Small is { } mine && value.TryGetInt64(out var theirs)
                ? mine.CompareTo(theirs)
                : JsonNumber.Of(_token).CompareTo(JsonNumber.Of(value));

        /// <summary>This number compared, exactly, with the one that a JSON token says.</summary>
        public int CompareTo(ReadOnlySpan<byte> token) => JsonNumber.Of(_token).CompareTo(JsonNumber.Of(token));

        /// <summary>Whether the value is a whole multiple of this number.</summary>
        public bool Divides(JsonElement value) => JsonNumber.Of(value).IsMultipleOf(JsonNumber.Of(_token));

        /// <summary>Whether the number that a JSON token says is a whole multiple of this one.</summary>
        public bool Divides(ReadOnlySpan<byte> token) => JsonNumber.Of(token).IsMultipleOf(JsonNumber.Of(_token));

        /// <summary>The number as the schema writes it.</summary>
        public override string ToString() => JsonExcerpt.Shorten(_token);
    }
}
