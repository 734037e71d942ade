using Millrace.Broker.Protocol;

namespace Millrace.Broker.Transactions;

/// <summary>Takes a group's offsets into the producer's transaction, which begins with them if it has not.</summary>
internal sealed class AddOffsetsToTxnRequest : IRequest
{
    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public string GroupId = "";

    public static ApiKey Key => ApiKey.AddOffsetsToTxn;

    public static VersionRange Versions => new(0, 3, FlexibleFrom: 3);

    public void Describe(Wire wire)
    {
        wire.String(ref TransactionalId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.String(ref GroupId);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new AddOffsetsToTxnResponse { Error = error };
}

/// <summary>Whether the group's offsets are in the transaction.</summary>
internal sealed class AddOffsetsToTxnResponse : IWireStruct
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
