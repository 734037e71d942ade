using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>Checks options by their annotations, and says which key has which value and what is allowed.</summary>
public static class OptionsCheck
{
    /// <summary>Everything that is wrong with the options; empty where nothing is.</summary>
    /// <param name="options">An object whose properties carry validation attributes.</param>
    /// <param name="path">Where the options stand, such as <c>stages.PageChange.options</c>.</param>
    public static IReadOnlyList<string> Problems(object options, string path)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
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
    /// <exception cref="CatalogException">Something is; the message lists all of it.</exception>
    public static void Require(object options, string path)
    {
        if (Problems(options, path) is { Count: > 0 } problems)
        {
            throw new CatalogException(string.Join(' ', problems));
        }
    }

    private static string Show(object? value) => value switch
    {
        null => "not set",
        string text => $"'{text}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
