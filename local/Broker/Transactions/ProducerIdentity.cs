namespace Millrace.Broker.Transactions;

/// <summary>A producer: its id, and the epoch that tells it from those that had the id before.</summary>
internal readonly record struct ProducerIdentity(long Id, short Epoch)
{
    /// <summary>No producer, as the protocol writes it.</summary>
    public static readonly ProducerIdentity None = new(-1, -1);

    /// <summary>Whether the epoch is the last that a client may get: one more is left, so that it can be fenced.</summary>
    public bool IsExhausted => Epoch >= short.MaxValue - 1;

    /// <summary>The producer that takes over from this one.</summary>
    public ProducerIdentity Raised => this with { Epoch = checked((short)(Epoch + 1)) };
}
