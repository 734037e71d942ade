namespace Millrace.Broker.Faults;

/// <summary>What is to be done to one request: first the delay, then what the type says.</summary>
internal abstract record Fault
{
    private Fault(TimeSpan delay) => Delay = delay;

    /// <summary>How long the request waits before anything else; zero or more.</summary>
    public TimeSpan Delay { get; }

    /// <summary>Nothing but the delay: the request is answered.</summary>
    internal sealed record Wait(TimeSpan Delay) : Fault(Delay);

    /// <summary>The request is refused, and has no effect.</summary>
    internal sealed record Fail(TimeSpan Delay, KafkaError Error) : Fault(Delay);

    /// <summary>The connection is closed, before the request has its effect or after.</summary>
    internal sealed record Drop(TimeSpan Delay, DropPoint Point) : Fault(Delay);
}
