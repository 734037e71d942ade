using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Create topics.</summary>
internal sealed class CreateTopicsRequest : IRequest
{
    public List<NewTopic> Topics = [];
    public int TimeoutMs;
    public bool ValidateOnly;

    public static ApiKey Key => ApiKey.CreateTopics;

    public static VersionRange Versions => new(0, 7, FlexibleFrom: 5);

    public void Describe(Wire wire)
    {
        wire.Array(ref Topics);
        wire.Int32(ref TimeoutMs);
        wire.Bool(ref ValidateOnly, since: 1);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new CreateTopicsResponse { Topics = Topics.ConvertAll(topic => new TopicCreated { Name = topic.Name, Error = error }) };
}

internal sealed class NewTopic : IWireStruct
{
    public string Name = "";

    /// <summary>−1 is the broker's default, or as many as there are assignments.</summary>
    public int Partitions;
    public short ReplicationFactor;
    public List<NewAssignment> Assignments = [];
    public List<NewConfig> Configs = [];

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Int32(ref Partitions);
        wire.Int16(ref ReplicationFactor);
        wire.Array(ref Assignments);
        wire.Array(ref Configs);
        wire.Tags();
    }
}

internal sealed class NewAssignment : IWireStruct
{
    public int Partition;
    public List<int> Brokers = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref Partition);
        wire.Int32s(ref Brokers);
        wire.Tags();
    }
}

internal sealed class NewConfig : IWireStruct
{
    public string Name = "";
    public string? Value;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.NullableString(ref Value);
        wire.Tags();
    }
}

internal sealed class CreateTopicsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<TopicCreated> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 2);
        wire.Array(ref Topics);
        wire.Tags();
    }
}

internal sealed class TopicCreated : IWireStruct
{
    public string Name = "";
    public Guid TopicId;
    public KafkaError Error;
    public string? ErrorMessage;
    public int Partitions = -1;
    public short ReplicationFactor = -1;
    public List<CreatedConfig>? Configs = [];

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Uuid(ref TopicId, since: 7);
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage, since: 1);
        wire.Int32(ref Partitions, since: 5);
        wire.Int16(ref ReplicationFactor, since: 5);
        wire.NullableArray(ref Configs, since: 5);
        wire.Tags();
    }
}

internal sealed class CreatedConfig : IWireStruct
{
    public string Name = "";
    public string? Value;
    public bool ReadOnly;
    public sbyte Source;
    public bool IsSensitive;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.NullableString(ref Value);
        wire.Bool(ref ReadOnly);
        wire.Int8(ref Source);
        wire.Bool(ref IsSensitive);
        wire.Tags();
    }
}
