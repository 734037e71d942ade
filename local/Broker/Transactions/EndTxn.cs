using Millrace.Broker.Protocol;

namespace Millrace.Broker.Transactions;

/// <summary>Commits or aborts the producer's transaction.</summary>
internal sealed class EndTxnRequest : IRequest
{
    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public bool Committed;

    public static ApiKey Key => ApiKey.EndTxn;

    public static VersionRange Versions => new(0, 3, FlexibleFrom: 3);

    public void Describe(Wire wire)
    {
        wire.String(ref TransactionalId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.Bool(ref Committed);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new EndTxnResponse { Error = error };
}

/// <summary>Whether the transaction has ended as was asked.</summary>
internal sealed class EndTxnResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Error(ref Error);
        wire.Tags();
    }
}
