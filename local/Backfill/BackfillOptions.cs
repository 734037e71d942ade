using System.Security.Cryptography;
using System.Text;

namespace Millrace.Local;

/// <summary>What a backfill is asked for.</summary>
internal sealed record BackfillOptions
{
    /// <summary>The stage to run.</summary>
    public required string Stage { get; init; }

    /// <summary>Where it begins, as it was given.</summary>
    public required string From { get; init; }

    /// <summary>Where it ends, as it was given; null is where the topics end when it first begins.</summary>
    public string? To { get; init; }

    /// <summary>Which of the stage's topics are read; none is all.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The stream that is written instead of the stage's own; null is that.</summary>
    public string? ToStream { get; init; }

    /// <summary>How many partitions are worked on at a time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>What tells it from other backfills of the stage; null is by its arguments.</summary>
    public string? Name { get; init; }

    /// <summary>The brokers; null is the settings'.</summary>
    public string? Kafka { get; init; }

    /// <summary>The lake that the records are read from, at their positions; null is Kafka.</summary>
    public string? FromLake { get; init; }

    /// <summary>The connection string of the lake's storage account; null where it has none.</summary>
    public string? LakeConnectionString { get; init; }

    /// <summary>Settings of the function app, <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The same for the same records and the same output, whatever else is different.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', [Stage, From, To ?? "", ToStream ?? "", .. Topics.Order(StringComparer.Ordinal), .. FromLake is { } lake ? (string[])["from-lake", lake] : []]))))[..8];

    /// <summary>In whose name it owns partitions and keeps checkpoints: never the stage's own.</summary>
    public string Identity => $"{Stage}.backfill.{Name ?? Fingerprint}";
}
