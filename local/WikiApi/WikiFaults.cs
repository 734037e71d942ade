using System.Collections.Concurrent;

namespace Millrace.Local;

/// <summary>Which revisions get which faults; may be changed while the server runs.</summary>
/// <remarks>
/// A plan for a revision decides alone. Other revisions draw by the rates: the same seed, wiki and revision always
/// draw the same fault. Safe for concurrent use.
/// </remarks>
public sealed class WikiFaults
{
    private readonly ConcurrentDictionary<long, WikiFault> _plans = [];
    private readonly Lock _lock = new();
    private readonly int _seed;
    private Share[] _rates = [];

    internal WikiFaults(int seed) => _seed = seed;

    /// <summary>Plans a fault for one revision, on any wiki, in place of what was planned before.</summary>
    /// <remarks><see cref="WikiAnswer.Content"/> spares the revision whatever the rates say.</remarks>
    public void Plan(long revision, WikiFault fault) => _plans[revision] = fault;

    /// <summary>Lets a share of all revisions meet a fault, in place of the share that the same answer had before.</summary>
    /// <param name="fault">What they meet.</param>
    /// <param name="rate">The share, 0 to 1; the shares of all faults together are at most 1.</param>
    public void Rate(WikiFault fault, double rate)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (!(rate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, $"The rate of {fault.Answer} is a share from 0 to 1.");
        }

        lock (_lock)
        {
            var others = _rates.Where(entry => entry.Fault.Answer != fault.Answer);
            Share[] rates = [.. others.Append(new Share(fault, rate)).OrderBy(entry => entry.Fault.Answer)];
            var sum = rates.Sum(entry => entry.Portion);
            if (sum > 1 + 1e-9)
            {
                throw new ArgumentOutOfRangeException(nameof(rate), rate, $"With {fault.Answer}, the rates sum up to {sum:0.###}; at most 1 is possible.");
            }

            Volatile.Write(ref _rates, rates);
        }
    }

    /// <summary>Forgets all plans and rates: every revision has its content.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Volatile.Write(ref _rates, []);
        }

        _plans.Clear();
    }

    /// <summary>What the request is answered with.</summary>
    /// <param name="domain">The wiki.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="attempt">Which request of the revision it is, from 1.</param>
    /// <param name="now">The time.</param>
    internal WikiAnswer Choose(string domain, long revision, int attempt, DateTimeOffset now)
    {
        var fault = _plans.TryGetValue(revision, out var plan) ? plan : Draw(domain, revision);
        return fault?.AppliesTo(attempt, now) == true ? fault.Answer : WikiAnswer.Content;
    }

    private WikiFault? Draw(string domain, long revision)
    {
        var draw = StableHash.Fraction(StableHash.Of(domain, revision, _seed));
        foreach (var (fault, rate) in Volatile.Read(ref _rates))
        {
            if (draw < rate)
            {
                return fault;
            }

            draw -= rate;
        }

        return null;
    }

    private readonly record struct Share(WikiFault Fault, double Portion);
}
