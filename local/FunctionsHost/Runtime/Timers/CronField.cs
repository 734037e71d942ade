using System.Globalization;

namespace Millrace.FunctionsHost;

/// <summary>The values that one field of a schedule allows.</summary>
internal sealed class CronField
{
    private readonly bool[] _allowed;

    private CronField(bool[] allowed) => _allowed = allowed;

    public bool Allows(int value) => _allowed[value];

    /// <summary>Reads a list with commas of <c>*</c>, values and ranges, each with a step or without: <c>*/5</c>, <c>1,2</c>, <c>MON-FRI</c>, <c>10-50/10</c>.</summary>
    /// <param name="text">The field.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="first">The least value.</param>
    /// <param name="last">The greatest value.</param>
    /// <param name="names">Names of values from the least on; none where the field has only numbers.</param>
    /// <exception cref="FormatException">It is no such list.</exception>
    public static CronField Parse(string text, string name, int first, int last, params string[] names)
    {
        var allowed = new bool[last + 1];
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var all] => (all, (int?)null),
                [var all, var every] when int.TryParse(every, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 => (all, number),
                _ => throw Wrong(),
            };
            var (from, to) = range == "*" ? (first, last) : range.Split('-') switch
            {
                // A single value with a step begins there and has no end.
                [var one] => (Value(one), step is null ? Value(one) : last),
                [var begin, var end] => (Value(begin), Value(end)),
                _ => throw Wrong(),
            };
            if (from > to)
            {
                throw Wrong();
            }

            for (var value = from; value <= to; value += step ?? 1)
            {
                allowed[value] = true;
            }
        }

        return new CronField(allowed);

        int Value(string word)
        {
            var named = Array.FindIndex(names, candidate => word.StartsWith(candidate, StringComparison.OrdinalIgnoreCase) && word.Length >= 3);
            return named >= 0 ? first + named
                : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= first && number <= last ? number
                : throw Wrong();
        }

        FormatException Wrong() => new(
            $"The field '{text}' of the schedule cannot be a {name}. Allowed are {first} to {last}{(names.Length > 0 ? $" or {names[0]} to {names[^1]}" : "")}, ranges, lists with commas, * and steps such as */5.");
    }
}
