using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>The section <c>extensions.kafka</c> of <c>host.json</c>: for all functions of the host, with the real extension's keys and defaults.</summary>
/// <remarks>Where null, the Kafka client's default applies; ranges are the extension's, or else the client's.</remarks>
internal sealed class KafkaOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "extensions:kafka";

    private static readonly PropertyInfo[] Keys = typeof(KafkaOptions).GetProperties();

    /// <summary>How many records one call takes at most.</summary>
    [Range(1, int.MaxValue)]
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>How long records are collected before a batch that is not full is handed over, in seconds.</summary>
    [Range(1, 86_400)]
    public int SubscriberIntervalInSeconds { get; set; } = 1;

    /// <summary>How many batches wait beside the one that runs.</summary>
    [Range(1, int.MaxValue)]
    public int ExecutorChannelCapacity { get; set; } = 1;

    /// <summary>How long the consumer waits before it offers a batch again when as many wait as may, in milliseconds.</summary>
    [Range(1, 86_400_000)]
    public int ChannelFullRetryIntervalInMs { get; set; } = 50;

    /// <summary>How long the consumer rests after a window without a record, in milliseconds.</summary>
    [Range(0, 86_400_000)]
    public int SubscriberIdleBackoffMs { get; set; } = 50;

    /// <summary>Whether offsets are stored although the function threw: such events are lost.</summary>
    public bool CommitOnFailure { get; set; } = true;

    /// <summary>How often a failed batch is called again before its offsets are stored anyway; -1 is without end.</summary>
    [Range(-1, int.MaxValue)]
    public int MaxRetries { get; set; } = 5;

    /// <summary>How often stored offsets are committed, in milliseconds.</summary>
    [Range(1, 86_400_000)]
    public int AutoCommitIntervalMs { get; set; } = 200;

    /// <summary>Where a group without committed offsets begins.</summary>
    public OffsetReset AutoOffsetReset { get; set; } = OffsetReset.Earliest;

    /// <summary>After how long without a heartbeat a consumer has left its group, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int SessionTimeoutMs { get; set; } = 10_000;

    /// <summary>How old the client's view of topics and brokers may be, in milliseconds.</summary>
    [Range(1, 86_400_000)]
    public int MetadataMaxAgeMs { get; set; } = 180_000;

    /// <summary>Whether connections are kept alive by TCP.</summary>
    public bool SocketKeepaliveEnable { get; set; } = true;

    /// <summary>How long the consumer may be blocked before it has left its group, in milliseconds.</summary>
    [Range(1, 86_400_000)]
    public int? MaxPollIntervalMs { get; set; }

    /// <summary>How often the client logs its statistics, in milliseconds; 0 is never.</summary>
    [Range(0, 86_400_000)]
    public int? StatisticsIntervalMs { get; set; }

    /// <summary>The first pause before connecting again, in milliseconds.</summary>
    [Range(0, 3_600_000)]
    public int? ReconnectBackoffMs { get; set; }

    /// <summary>The longest pause before connecting again, in milliseconds.</summary>
    [Range(0, 3_600_000)]
    public int? ReconnectBackoffMaxMs { get; set; }

    /// <summary>How many records of each partition the client tries to hold ready.</summary>
    [Range(1, 10_000_000)]
    public int? QueuedMinMessages { get; set; }

    /// <summary>How much the client holds ready at most, in KiB.</summary>
    [Range(1, 2_097_151)]
    public int? QueuedMaxMessagesKbytes { get; set; }

    /// <summary>How much of one partition one fetch asks for, in bytes.</summary>
    [Range(1, 1_000_000_000)]
    public int? MaxPartitionFetchBytes { get; set; }

    /// <summary>How much one fetch asks for, in bytes.</summary>
    [Range(0, 2_147_483_135)]
    public int? FetchMaxBytes { get; set; }

    /// <summary>What the client logs in detail: its debug contexts, separated by commas.</summary>
    public string? LibkafkaDebug { get; set; }

    /// <summary>Reads the section; refuses keys that it does not know and values out of range.</summary>
    public static KafkaOptions Read(IConfiguration host)
    {
        var options = new KafkaOptions();
        foreach (var entry in host.GetSection(Section).GetChildren())
        {
            var name = $"host.json: {Section.Replace(':', '.')}.{entry.Key}";
            var key = Keys.FirstOrDefault(key => key.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new FunctionsHostException($"{name} is not known. Allowed are {string.Join(", ", Keys.Select(Spelling).Order())}.");
            if (entry.GetChildren().Any())
            {
                throw new FunctionsHostException($"{name} has keys below it. Allowed is {Allowed(key)}.");
            }

            if (!string.IsNullOrEmpty(entry.Value))
            {
                key.SetValue(options, Parse(key, entry.Value, name));
            }
        }

        return options;
    }

    private static object Parse(PropertyInfo key, string text, string name)
    {
        var type = Nullable.GetUnderlyingType(key.PropertyType) ?? key.PropertyType;
        object? value =
            type == typeof(string) ? text
            : type == typeof(bool) ? bool.TryParse(text, out var flag) ? flag : null
            : type.IsEnum ? Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse(type, text, ignoreCase: true) : null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        return value is not null && key.GetCustomAttribute<RangeAttribute>()?.IsValid(value) != false
            ? value
            : throw new FunctionsHostException($"{name} is '{text}'. Allowed is {Allowed(key)}.");
    }

    private static string Allowed(PropertyInfo key)
    {
        var type = Nullable.GetUnderlyingType(key.PropertyType) ?? key.PropertyType;
        return key.GetCustomAttribute<RangeAttribute>() is { } range ? $"a whole number from {range.Minimum} to {range.Maximum}"
            : type == typeof(bool) ? "true or false"
            : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
            : "a string";
    }

    private static string Spelling(PropertyInfo key) => char.ToLowerInvariant(key.Name[0]) + key.Name[1..];
}
