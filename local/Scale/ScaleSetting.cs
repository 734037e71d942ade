using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>One of a stage's scale settings that was given on the command line, such as <c>lagThreshold=500</c>.</summary>
internal static class ScaleSetting
{
    private static readonly PropertyInfo[] Properties = typeof(ScaleRules).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>The names of all settings, as they are written.</summary>
    public static IEnumerable<string> Names => Properties.Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    /// <summary>The rules with settings in place of their own.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="settings">The settings, as <c>name=value</c>; times are seconds, or as <c>00:00:30</c>.</param>
    /// <param name="option">The option that has them, for messages.</param>
    /// <exception cref="UsageException">One cannot be used, or they do not go together; the message says what is allowed.</exception>
    public static ScaleRules Apply(ScaleRules rules, IEnumerable<string> settings, string option)
    {
        rules = rules with { };
        foreach (var setting in settings)
        {
            var (name, value) = setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (setting[..at], setting[(at + 1)..])
                : throw new UsageException($"{option} is '{setting}'; allowed is NAME=VALUE.");
            var property = Properties.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"{option} names '{name}'; allowed are {string.Join(", ", Names)}.");
            property.SetValue(rules, Parse(property.PropertyType, value) ?? throw new UsageException($"{option} {name} is '{value}'; allowed is {Allowed(property.PropertyType)}."));
        }

        Require(rules, option);
        return rules;
    }

    private static void Require(ScaleRules rules, string option)
    {
        if (OptionsCheck.Problems(rules, name => $"{option} {JsonNamingPolicy.CamelCase.ConvertName(name)}") is { Count: > 0 } problems)
        {
            throw new UsageException(string.Join(' ', problems));
        }

        if (rules.MaxReplicas < rules.MinReplicas)
        {
            throw new UsageException($"{option} maxReplicas is {rules.MaxReplicas}; allowed is minReplicas, {rules.MinReplicas}, or more.");
        }

        if (rules is { AllowIdleConsumers: true, LimitToPartitionsWithLag: true })
        {
            throw new UsageException($"{option} limitToPartitionsWithLag and allowIdleConsumers are both true; allowed is one of them: KEDA refuses such a trigger.");
        }
    }

    private static object? Parse(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(int) ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null
            : type == typeof(long) ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var large) ? large : null
            : type == typeof(double) ? double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real) ? real : null
            : type == typeof(bool) ? bool.TryParse(text, out var flag) ? flag : null
            : type == typeof(TimeSpan) ? Seconds(text)
            : Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } choice ? Enum.Parse(type, choice) : null;
    }

    // A number alone would be days to the parser of times.
    private static TimeSpan? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? seconds <= 1e9 ? TimeSpan.FromSeconds(seconds) : null
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private static string Allowed(Type type) =>
        type == typeof(TimeSpan) ? "a number of seconds, or a time such as 00:00:30"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))
        : OptionsCheck.Describe(type);
}
