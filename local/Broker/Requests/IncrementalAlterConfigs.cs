using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Change the configuration of topics.</summary>
internal sealed class IncrementalAlterConfigsRequest : IRequest
{
    public List<AlteredResource> Resources = [];
    public bool ValidateOnly;

    public static ApiKey Key => ApiKey.IncrementalAlterConfigs;

    public static VersionRange Versions => new(0, 1, FlexibleFrom: 1);

    public void Describe(Wire wire)
    {
        wire.Array(ref Resources);
        wire.Bool(ref ValidateOnly);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer(_ => (error, null));

    /// <summary>The answer that says of every resource what <paramref name="each"/> says.</summary>
    public IncrementalAlterConfigsResponse Answer(Func<AlteredResource, (KafkaError Error, string? Message)> each) => new()
    {
        Resources = Resources.ConvertAll(resource =>
        {
            var (error, message) = each(resource);
            return new ResourceAltered { Type = resource.Type, Name = resource.Name, Error = error, ErrorMessage = message };
        }),
    };
}

internal sealed class AlteredResource : IWireStruct
{
    public sbyte Type;
    public string Name = "";
    public List<AlteredConfig> Configs = [];

    public void Describe(Wire wire)
    {
        wire.Int8(ref Type);
        wire.String(ref Name);
        wire.Array(ref Configs);
        wire.Tags();
    }
}

internal sealed class AlteredConfig : IWireStruct
{
    public const sbyte Set = 0;
    public const sbyte Delete = 1;

    public string Name = "";
    public sbyte Operation;
    public string? Value;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Int8(ref Operation);
        wire.NullableString(ref Value);
        wire.Tags();
    }
}

internal sealed class IncrementalAlterConfigsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ResourceAltered> Resources = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Resources);
        wire.Tags();
    }
}

internal sealed class ResourceAltered : IWireStruct
{
    public KafkaError Error;
    public string? ErrorMessage;
    public sbyte Type;
    public string Name = "";

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage);
        wire.Int8(ref Type);
        wire.String(ref Name);
        wire.Tags();
    }
}
