using Millrace.Broker.Protocol;

namespace Millrace.Broker.Transactions;

/// <summary>Asks for a producer id and epoch, and fences whoever had the transactional id before.</summary>
internal sealed class InitProducerIdRequest : IRequest
{
    /// <summary>Null for a producer that is only idempotent.</summary>
    public string? TransactionalId;
    public int TransactionTimeoutMs;

    /// <summary>What the producer has been given before and wants raised, or -1.</summary>
    public long ProducerId = -1;
    public short ProducerEpoch = -1;

    public static ApiKey Key => ApiKey.InitProducerId;

    public static VersionRange Versions => new(0, 5, FlexibleFrom: 2);

    public void Describe(Wire wire)
    {
        wire.NullableString(ref TransactionalId);
        wire.Int32(ref TransactionTimeoutMs);
        wire.Int64(ref ProducerId, since: 3);
        wire.Int16(ref ProducerEpoch, since: 3);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new InitProducerIdResponse { Error = error };
}

/// <summary>The producer id and epoch to use from now on; -1 with an error.</summary>
internal sealed class InitProducerIdResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public long ProducerId = -1;
    public short ProducerEpoch = -1;

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Error(ref Error);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.Tags();
    }
}
