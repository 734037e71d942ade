using System.Globalization;
using Millrace.Broker.Protocol;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Topics;

/// <summary>A setting of a topic, by the name that Kafka gives it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The number of its type in Kafka's protocol.</param>
/// <param name="Allowed">Which values it takes: the end of a sentence.</param>
/// <param name="Read">Its value, as text.</param>
/// <param name="Apply">The settings with another value; null where that is not allowed.</param>
internal sealed record TopicSetting(string Name, sbyte Type, string Allowed, Func<LogSettings, string> Read, Func<LogSettings, string, LogSettings?> Apply)
{
    private const sbyte Int = 3;
    private const sbyte Long = 5;
    private const sbyte Double = 6;
    private const sbyte List = 7;

    /// <summary>All that there are: those that change what the broker does, and no others.</summary>
    public static IReadOnlyList<TopicSetting> All { get; } =
    [
        new("cleanup.policy", List, "delete, compact, or both with a comma", Policy, WithPolicy),
        Number("delete.retention.ms", Long, 0, long.MaxValue, settings => Milliseconds(settings.DeleteRetention), (settings, value) => settings with { DeleteRetention = Time(value) }),
        Number("max.message.bytes", Int, 0, int.MaxValue, settings => settings.MaxMessageBytes, (settings, value) => settings with { MaxMessageBytes = (int)value }),
        new("min.cleanable.dirty.ratio", Double, "a number from 0 to 1", settings => settings.MinDirtyRatio.ToString(CultureInfo.InvariantCulture), WithRatio),
        Number("retention.bytes", Long, -1, long.MaxValue, settings => settings.RetentionBytes ?? -1, (settings, value) => settings with { RetentionBytes = value < 0 ? null : value }),
        Number("retention.ms", Long, -1, long.MaxValue, settings => settings.RetentionTime is { } time ? Milliseconds(time) : -1, (settings, value) => settings with { RetentionTime = value < 0 ? null : Time(value) }),
        Number("segment.bytes", Int, 14, int.MaxValue, settings => settings.SegmentBytes, (settings, value) => settings with { SegmentBytes = (int)value }),
        Number("segment.ms", Long, 1, long.MaxValue, settings => Milliseconds(settings.SegmentAge), (settings, value) => settings with { SegmentAge = Time(value) }),
    ];

    /// <summary>The setting of that name.</summary>
    public static TopicSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    /// <summary>The defaults with the overrides of a topic.</summary>
    /// <param name="defaults">What holds where the topic says nothing.</param>
    /// <param name="overrides">Names with their values.</param>
    /// <param name="wrong">What is not allowed, in a sentence; null where all is.</param>
    public static LogSettings Resolve(LogSettings defaults, IEnumerable<KeyValuePair<string, string>> overrides, out string? wrong)
    {
        var settings = defaults;
        foreach (var (name, value) in overrides)
        {
            if (Find(name) is not { } setting)
            {
                wrong = $"The setting {Quote.Of(name)} is not known to this broker; those that are: {string.Join(", ", All.Select(one => one.Name))}.";
                return defaults;
            }

            if (setting.Apply(settings, value) is not { } changed)
            {
                wrong = $"The setting {name} is {Quote.Of(value)}; allowed is {setting.Allowed}.";
                return defaults;
            }

            settings = changed;
        }

        wrong = null;
        return settings;
    }

    private static TopicSetting Number(string name, sbyte type, long least, long most, Func<LogSettings, long> read, Func<LogSettings, long, LogSettings> apply) => new(
        name,
        type,
        $"a whole number from {least} to {most}",
        settings => read(settings).ToString(CultureInfo.InvariantCulture),
        (settings, text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? apply(settings, value) : null);

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    // Some write the greatest number there is for "for ever".
    private static TimeSpan Time(long milliseconds) => TimeSpan.FromMilliseconds(Math.Min(milliseconds, (long)TimeSpan.FromDays(36_500).TotalMilliseconds));

    private static string Policy(LogSettings settings) => string.Join(',', new[] { settings.Compact ? "compact" : "", settings.Delete ? "delete" : "" }.Where(one => one.Length > 0));

    private static LogSettings? WithPolicy(LogSettings settings, string text)
    {
        var policies = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return policies.Length > 0 && policies.All(policy => policy is "compact" or "delete")
            ? settings with { Compact = policies.Contains("compact"), Delete = policies.Contains("delete") }
            : null;
    }

    private static LogSettings? WithRatio(LogSettings settings, string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1
            ? settings with { MinDirtyRatio = ratio }
            : null;
}
