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

    /// <summary>One of the four comparisons.</summary>
    /// <param name="Keyword">The keyword.</param>
    /// <param name="Limit">What the number is compared with.</param>
    internal sealed record Bound(string Keyword, Constant Limit)
    {
        private readonly bool _isUpper = Keyword is "maximum" or "exclusiveMaximum";
        private readonly bool _isExclusive = Keyword is "exclusiveMinimum" or "exclusiveMaximum";

        /// <summary>The comparison as it reads in a sentence.</summary>
        public string Comparison => (_isUpper, _isExclusive) switch
        {
            (true, true) => "less than",
            (true, false) => "at most",
            (false, true) => "greater than",
            (false, false) => "at least",
        };

        /// <summary>Whether the number lies on the right side.</summary>
        public bool Admits(JsonElement number)
        {
            var order = Limit.CompareTo(number);
            return (order == 0 && !_isExclusive) || (_isUpper ? order > 0 : order < 0);
        }
    }

    /// <summary>A number of the schema.</summary>
    internal sealed class Constant
    {
        private readonly byte[] _token;
        private readonly long? _small;

        /// <summary>Keeps a copy of the number's digits.</summary>
        public Constant(JsonElement number)
        {
            _token = Encoding.UTF8.GetBytes(number.GetRawText());
            _small = number.TryGetInt64(out var small) ? small : null;
        }

        /// <summary>This number compared with a value's.</summary>
        public int CompareTo(JsonElement value) =>
            _small is { } mine && value.TryGetInt64(out var theirs)
                ? mine.CompareTo(theirs)
                : JsonNumber.Of(_token).CompareTo(JsonNumber.Of(value));

        /// <summary>Whether the value is a whole multiple of this number.</summary>
        public bool Divides(JsonElement value) => JsonNumber.Of(value).IsMultipleOf(JsonNumber.Of(_token));

        /// <summary>The number as the schema writes it.</summary>
        public override string ToString() => JsonExcerpt.Shorten(_token);
    }
}
