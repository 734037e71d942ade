using Millrace.Kafka;

namespace Millrace.Intake;

/// <summary>What became of one event of a request.</summary>
internal readonly record struct EventFate
{
    /// <summary>Why it was not taken; null where it was.</summary>
    public EventRefusal? Refusal { get; init; }

    /// <summary>What the brokers said of it; null where they have said nothing, or were not asked.</summary>
    public RecordDelivery? Delivery { get; init; }

    /// <summary>Why it is not stored, in the client library's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is stored.</summary>
    public bool IsStored => Delivery == RecordDelivery.Stored;

    /// <summary>Whether the event itself is at fault.</summary>
    public bool IsInvalid => Refusal is { IsNotItsFault: false };

    /// <summary>Whether another try may succeed.</summary>
    public bool MayRetry => !IsStored && !IsInvalid && Delivery != RecordDelivery.Refused;

    /// <summary>Why it is not stored, in a sentence.</summary>
    public string Message => Refusal?.Error.Message ?? Delivery switch
    {
        RecordDelivery.NotStored => $"The event is not stored: {Reason}.",
        RecordDelivery.Refused => $"The brokers do not take the event: {Reason}.",
        RecordDelivery.Unknown => $"The event may or may not be stored: {Reason}.",
        _ => "The event may or may not be stored: no acknowledgement came in time.",
    };
}
