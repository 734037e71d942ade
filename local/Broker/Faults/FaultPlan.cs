namespace Millrace.Broker.Faults;

/// <summary>The faults that are still to come, in the order in which they were planned.</summary>
/// <remarks>
/// Thread-safe. Of those that refuse or drop, a request meets the first that concerns it, so that several wait for one
/// another; the delays of all that concern it add up.
/// </remarks>
internal sealed class FaultPlan
{
    /// <summary>How many faults may be planned at a time.</summary>
    public const int MaxFaults = 1_000;

    private readonly Lock _gate = new();
    private readonly List<FaultState> _pending = [];
    private volatile bool _any;

    /// <summary>A copy of what is still to come.</summary>
    public IReadOnlyList<FaultState> Pending
    {
        get
        {
            lock (_gate)
            {
                return [.. _pending];
            }
        }
    }

    /// <summary>Plans a fault, behind those that are planned.</summary>
    /// <exception cref="InvalidOperationException">There are too many already.</exception>
    public void Add(FaultState fault)
    {
        lock (_gate)
        {
            if (_pending.Count == MaxFaults)
            {
                throw new InvalidOperationException($"{MaxFaults} faults are planned already, which is all that there may be: clear them first.");
            }

            _pending.Add(fault);
            _any = true;
        }
    }

    /// <summary>Forgets what is still to come.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _pending.Clear();
            _any = false;
        }
    }

    /// <summary>What is to be done to a request that has come, which counts as one; null for nothing.</summary>
    public Fault? Next(ApiKey key, string clientId)
    {
        // Asked for every request: without faults it costs a read.
        if (!_any)
        {
            return null;
        }

        lock (_gate)
        {
            var delay = TimeSpan.Zero;
            FaultState? effect = null;
            var met = false;
            for (var i = 0; i < _pending.Count; i++)
            {
                var fault = _pending[i];
                if (!fault.Concerns(key, clientId) || (fault.Kind is not FaultKind.Delay && effect is not null))
                {
                    continue;
                }

                met = true;
                delay += fault.Delay;
                effect ??= fault.Kind is FaultKind.Delay ? null : fault;
                if (fault.Remaining is { } remaining)
                {
                    _pending[i] = fault with { Remaining = remaining - 1 };
                }
            }

            _pending.RemoveAll(fault => fault.Remaining <= 0);
            _any = _pending.Count > 0;
            return met ? Effect(effect, delay, key) : null;
        }
    }

    private static Fault Effect(FaultState? effect, TimeSpan delay, ApiKey key) => effect switch
    {
        { Kind: FaultKind.Fail } => new Fault.Fail(delay, effect.Error),
        { Kind: FaultKind.Drop } => new Fault.Drop(delay, effect.Point),
        // No broker says of itself that it cannot say who the coordinator is, only that there is none for now.
        { Kind: FaultKind.LoseCoordinator } => new Fault.Fail(delay, key is ApiKey.FindCoordinator ? KafkaError.CoordinatorNotAvailable : KafkaError.NotCoordinator),
        _ => new Fault.Wait(delay),
    };
}
