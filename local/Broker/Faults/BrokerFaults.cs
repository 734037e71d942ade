using Millrace.Broker.Faults;

namespace Millrace.Broker;

/// <summary>Makes a broker misbehave on purpose, so that a test sees how its clients bear it.</summary>
/// <remarks>
/// Thread-safe. A fault concerns the requests that come after it was planned, whoever sends them unless a client's id
/// is given. Of faults that refuse or drop, a request meets the first planned that concerns it; delays add up.
/// </remarks>
public sealed class BrokerFaults
{
    private readonly FaultPlan _plan;

    internal BrokerFaults(FaultPlan plan) => _plan = plan;

    /// <summary>What is still to come, in the order in which it was planned.</summary>
    public IReadOnlyList<FaultState> Pending => _plan.Pending;

    /// <summary>Refuses the next requests of a kind, which then have no effect.</summary>
    /// <param name="key">The kind of request.</param>
    /// <param name="times">How many, from one.</param>
    /// <param name="error">What they are refused with; not <see cref="KafkaError.None"/>.</param>
    /// <param name="clientId">What the client's id has to begin with; null for all clients.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public void Fail(ApiKey key, int times, KafkaError error, string? clientId = null)
    {
        if (error is KafkaError.None)
        {
            throw new ArgumentOutOfRangeException(nameof(error), error, "A request that is to fail needs an error.");
        }

        Plan(new FaultState { Kind = FaultKind.Fail, Request = key, Error = error, ClientId = clientId }, times);
    }

    /// <summary>Lets requests wait before they are looked at.</summary>
    /// <param name="delay">How long, from zero to <see cref="FaultState.MaxDelay"/>.</param>
    /// <param name="key">The kind of request; null for all.</param>
    /// <param name="times">How many, from one; null for all until <see cref="Clear"/>.</param>
    /// <param name="clientId">What the client's id has to begin with; null for all clients.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public void Delay(TimeSpan delay, ApiKey? key = null, int? times = null, string? clientId = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, FaultState.MaxDelay);
        Plan(new FaultState { Kind = FaultKind.Delay, Request = key, Delay = delay, ClientId = clientId }, times);
    }

    /// <summary>Closes the connection instead of answering the next requests of a kind.</summary>
    /// <param name="key">The kind of request.</param>
    /// <param name="point">Whether the request still has its effect.</param>
    /// <param name="times">How many, from one.</param>
    /// <param name="clientId">What the client's id has to begin with; null for all clients.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public void Drop(ApiKey key, DropPoint point, int times = 1, string? clientId = null) =>
        Plan(new FaultState { Kind = FaultKind.Drop, Request = key, Point = point, ClientId = clientId }, times);

    /// <summary>Refuses the next requests for the coordinator of a group or of a transactional id, as if it were another broker.</summary>
    /// <param name="times">How many, from one.</param>
    /// <param name="clientId">What the client's id has to begin with; null for all clients.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public void LoseCoordinator(int times, string? clientId = null) =>
        Plan(new FaultState { Kind = FaultKind.LoseCoordinator, ClientId = clientId }, times);

    /// <summary>Forgets what is still to come; requests that wait already go on waiting.</summary>
    public void Clear() => _plan.Clear();

    private void Plan(FaultState fault, int? times)
    {
        if (times is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(times));
        }

        _plan.Add(fault with { Remaining = times });
    }
}
