namespace Millrace.Local;

/// <summary>Where a stage stands.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="State">What it does.</param>
/// <param name="Members">The members of the trigger's group.</param>
/// <param name="Partitions">Each partition that it reads.</param>
/// <param name="At">When it was looked at.</param>
internal sealed record StageStatus(string Stage, StageActivity State, int Members, IReadOnlyList<PartitionStatus> Partitions, DateTimeOffset At)
{
    /// <summary>The lag of all partitions, in offsets.</summary>
    public long Lag => Partitions.Sum(partition => partition.Lag);

    /// <summary>The age of the oldest record that is not settled, in seconds.</summary>
    public double LagSeconds => Partitions.Select(partition => partition.LagSeconds).DefaultIfEmpty().Max();

    /// <summary>Offsets a second that came to its topics between two looks, markers of transactions included; null after one look.</summary>
    public double? InPerSecond { get; init; }

    /// <summary>Offsets a second that it settled between two looks; null after one look.</summary>
    public double? SettledPerSecond { get; init; }

    /// <summary>The events of its error stream; null where they were not counted.</summary>
    public ErrorCount? Errors { get; init; }

    /// <summary>The same stage with what only an earlier look tells: rates, and what does not move.</summary>
    public StageStatus Since(StageStatus earlier)
    {
        var before = earlier.Partitions.ToDictionary(partition => (partition.Topic, partition.Partition));
        var seconds = (At - earlier.At).TotalSeconds;
        if (seconds <= 0)
        {
            return this;
        }

        var partitions = Partitions.Select(now => before.TryGetValue((now.Topic, now.Partition), out var then) ? now.Since(then, hasMembers: Members > 0) : now).ToList();
        var pairs = Partitions.Where(now => before.ContainsKey((now.Topic, now.Partition))).Select(now => (Now: now, Then: before[(now.Topic, now.Partition)])).ToList();
        return this with
        {
            Partitions = partitions,
            State = State == StageActivity.Working && partitions.Exists(partition => partition.Blocked) ? StageActivity.Blocked : State,
            InPerSecond = pairs.Sum(pair => Math.Max(0, pair.Now.End - pair.Then.End)) / seconds,
            SettledPerSecond = pairs.Sum(pair => pair.Now.Checkpoint is { } now ? Math.Max(0, now - (pair.Then.Checkpoint ?? 0)) : 0) / seconds,
        };
    }
}
