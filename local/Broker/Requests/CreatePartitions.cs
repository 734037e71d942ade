using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Add partitions to topics.</summary>
internal sealed class CreatePartitionsRequest : IRequest
{
    public List<MorePartitions> Topics = [];
    public int TimeoutMs;
    public bool ValidateOnly;

    public static ApiKey Key => ApiKey.CreatePartitions;

    public static VersionRange Versions => new(0, 3, FlexibleFrom: 2);

    public void Describe(Wire wire)
    {
        wire.Array(ref Topics);
        wire.Int32(ref TimeoutMs);
        wire.Bool(ref ValidateOnly);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer(_ => (error, null));

    /// <summary>The answer that says of every topic what <paramref name="each"/> says.</summary>
    public CreatePartitionsResponse Answer(Func<MorePartitions, (KafkaError Error, string? Message)> each) => new()
    {
        Topics = Topics.ConvertAll(topic =>
        {
            var (error, message) = each(topic);
            return new PartitionsCreated { Name = topic.Name, Error = error, ErrorMessage = message };
        }),
    };
}

internal sealed class MorePartitions : IWireStruct
{
    public string Name = "";

    /// <summary>How many there shall be in all.</summary>
    public int Count;
    public List<PartitionReplicas>? Assignments;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Int32(ref Count);
        wire.NullableArray(ref Assignments);
        wire.Tags();
    }
}

internal sealed class PartitionReplicas : IWireStruct
{
    public List<int> Brokers = [];

    public void Describe(Wire wire)
    {
        wire.Int32s(ref Brokers);
        wire.Tags();
    }
}

internal sealed class CreatePartitionsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<PartitionsCreated> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags();
    }
}

internal sealed class PartitionsCreated : IWireStruct
{
    public string Name = "";
    public KafkaError Error;
    public string? ErrorMessage;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage);
        wire.Tags();
    }
}
