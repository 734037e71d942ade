namespace Millrace.Schemas;

/// <summary>The keywords about numbers: a comparison of machine integers where both sides are, an exact one elsewhere.</summary>
internal sealed class NumberPlan
{
    private readonly NumberRules _rules;
    private readonly bool _isSmall;
    private readonly long _least = long.MinValue;
    private readonly long _most = long.MaxValue;
    private readonly long _divisor = 1;

    /// <summary>Prepares the rules.</summary>
    public NumberPlan(NumberRules rules)
    {
        _rules = rules;
        _isSmall = rules.MultipleOf is null or { Small: > 0 };
        _divisor = rules.MultipleOf?.Small ?? 1;
        foreach (var bound in rules.Bounds)
        {
            // A step beyond an excluded limit must not leave the integers.
            if (bound.Limit.Small is not { } limit || limit is long.MinValue or long.MaxValue)
            {
                _isSmall = false;
            }
            else if (bound.IsUpper)
            {
                _most = Math.Min(_most, bound.IsExclusive ? limit - 1 : limit);
            }
            else
            {
                _least = Math.Max(_least, bound.IsExclusive ? limit + 1 : limit);
            }
        }
    }

    /// <summary>Whether a number keeps the rules.</summary>
    public bool Admits(ref JsonScan scan, JsonNumberToken number) => _isSmall && number.IsSmall
        ? number.Small >= _least && number.Small <= _most && (_divisor == 1 || number.Small % _divisor == 0)
        : _rules.Admits(scan.Slice(number.Start, number.Length));
}
