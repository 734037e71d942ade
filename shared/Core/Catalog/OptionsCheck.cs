using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>Checks options by their annotations, and says which key has which value and what is allowed.</summary>
public static class OptionsCheck
{
    /// <summary>Everything that is wrong with the options; empty where nothing is.</summary>
    /// <param name="options">An object whose properties carry validation attributes.</param>
    /// <param name="keyOf">How the place of a property is written: <c>stages.PageChange.options.concurrency</c> for <c>Concurrency</c>.</param>
    public static IReadOnlyList<string> Problems(object options, Func<string, string> keyOf)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(keyOf);
        var problems = new List<string>();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = keyOf(property.Name);
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (rule.GetValidationResult(value, new ValidationContext(options) { MemberName = property.Name }) is { } failure)
                {
                    problems.Add(rule is RangeAttribute range
                        ? $"{key} is {Show(value)}; allowed is {Show(range.Minimum)} to {Show(range.Maximum)}."
                        : $"{key} is {Show(value)}: {failure.ErrorMessage}");
                }
            }
        }

        return problems;
    }

    /// <summary>Throws if anything is wrong with the options.</summary>
    /// <param name="options">An object whose properties carry validation attributes.</param>
    /// <param name="keyOf">How the place of a property is written.</param>
    /// <exception cref="CatalogException">Something is; the message lists all of it.</exception>
    public static void Require(object options, Func<string, string> keyOf)
    {
        if (Problems(options, keyOf) is { Count: > 0 } problems)
        {
            throw new CatalogException(string.Join(' ', problems));
        }
    }

    /// <summary>What a setting of that type may be, in words.</summary>
    public static string Describe(Type? type) =>
        type is not null && Nullable.GetUnderlyingType(type) is { } underlying ? Describe(underlying) :
        type is { IsEnum: true } ? string.Join(" or ", Choices(type).Select(choice => choice.Name)) :
        type == typeof(TimeSpan) ? "a span of time such as 00:00:30" :
        type == typeof(bool) ? "true or false" :
        type == typeof(int) || type == typeof(long) ? "a whole number" :
        type == typeof(double) ? "a number" :
        type == typeof(string) ? "a text" : "another type";

    /// <summary>The values of an enumeration, each with the name that stands for it in settings.</summary>
    public static IEnumerable<(string Name, object Value)> Choices(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name, field.GetValue(null)!));
    }

    private static string Show(object? value) => value switch
    {
        null => "not set",
        string text => $"'{text}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
