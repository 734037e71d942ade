using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Read the configuration of topics and of the broker.</summary>
internal sealed class DescribeConfigsRequest : IRequest
{
    public List<ConfigResource> Resources = [];
    public bool IncludeSynonyms;
    public bool IncludeDocumentation;

    public static ApiKey Key => ApiKey.DescribeConfigs;

    public static VersionRange Versions => new(0, 4, FlexibleFrom: 4);

    public void Describe(Wire wire)
    {
        wire.Array(ref Resources);
        wire.Bool(ref IncludeSynonyms, since: 1);
        wire.Bool(ref IncludeDocumentation, since: 3);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new DescribeConfigsResponse
    {
        Results = Resources.ConvertAll(resource => new ResourceConfigs { Type = resource.Type, Name = resource.Name, Error = error }),
    };
}

internal sealed class ConfigResource : IWireStruct
{
    public const sbyte Topic = 2;
    public const sbyte Broker = 4;

    public sbyte Type;
    public string Name = "";

    /// <summary>The settings asked for; null is all.</summary>
    public List<string>? Keys;

    public void Describe(Wire wire)
    {
        wire.Int8(ref Type);
        wire.String(ref Name);
        wire.NullableStrings(ref Keys);
        wire.Tags();
    }
}

internal sealed class DescribeConfigsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ResourceConfigs> Results = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Results);
        wire.Tags();
    }
}

internal sealed class ResourceConfigs : IWireStruct
{
    public KafkaError Error;
    public string? ErrorMessage;
    public sbyte Type;
    public string Name = "";
    public List<DescribedConfig> Configs = [];

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage);
        wire.Int8(ref Type);
        wire.String(ref Name);
        wire.Array(ref Configs);
        wire.Tags();
    }
}

internal sealed class DescribedConfig : IWireStruct
{
    /// <summary>The source of a setting of a topic.</summary>
    public const sbyte FromTopic = 1;

    /// <summary>The source of a setting of the broker that was given at its start.</summary>
    public const sbyte FromBroker = 4;

    /// <summary>The source of a setting that nobody has made.</summary>
    public const sbyte FromDefault = 5;

    public string Name = "";
    public string? Value;
    public bool ReadOnly;
    public bool IsDefault;
    public sbyte Source = -1;
    public bool IsSensitive;
    public List<ConfigSynonym> Synonyms = [];
    public sbyte Type;
    public string? Documentation;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.NullableString(ref Value);
        wire.Bool(ref ReadOnly);
        wire.Bool(ref IsDefault, until: 0);
        wire.Int8(ref Source, since: 1);
        wire.Bool(ref IsSensitive);
        wire.Array(ref Synonyms, since: 1);
        wire.Int8(ref Type, since: 3);
        wire.NullableString(ref Documentation, since: 3);
        wire.Tags();
    }
}

internal sealed class ConfigSynonym : IWireStruct
{
    public string Name = "";
    public string? Value;
    public sbyte Source;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.NullableString(ref Value);
        wire.Int8(ref Source);
        wire.Tags();
    }
}
