using Millrace.Core;

namespace Millrace.Resilience.Worker;

/// <summary>How a host calls the stage with a batch: the section of that name in the worker's settings.</summary>
public sealed class HostHabits
{
    /// <summary>The habit.</summary>
    public HostHabit Batch { get; set; }

    /// <summary>Calls as the habit is; returns when all calls have.</summary>
    public async Task CallAsync(IReadOnlyList<EventRecord> batch, Func<IReadOnlyList<EventRecord>, Task> call)
    {
        switch (Batch)
        {
            case HostHabit.Twice:
                await call(batch);
                await call(batch);
                break;
            case HostHabit.TwiceAtOnce:
                await Task.WhenAll(call(batch), call(batch));
                break;
            case HostHabit.TwiceInOne:
                await call([.. batch, .. batch]);
                break;
            case HostHabit.HalvesAtOnce:
                var middle = batch.Count / 2;
                await Task.WhenAll(call([.. batch.Take(middle)]), call([.. batch.Skip(middle)]));
                break;
            default:
                await call(batch);
                break;
        }
    }
}

/// <summary>How often, and with how much of it, a host calls for one batch.</summary>
public enum HostHabit
{
    /// <summary>Once, as it should.</summary>
    Once,

    /// <summary>Again after it was done.</summary>
    Twice,

    /// <summary>Twice at the same time.</summary>
    TwiceAtOnce,

    /// <summary>With every record twice, as after a rebalance that gives back what it took.</summary>
    TwiceInOne,

    /// <summary>With its halves at the same time, so that two batches of one partition are under way.</summary>
    HalvesAtOnce,
}
