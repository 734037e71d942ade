namespace Millrace.Broker.Protocol;

/// <summary>A request: a structure with a number and versions.</summary>
internal interface IRequest : IWireStruct
{
    /// <summary>What is asked.</summary>
    static abstract ApiKey Key { get; }

    /// <summary>The versions that the broker offers.</summary>
    static abstract VersionRange Versions { get; }

    /// <summary>Whether the client reads an answer, be it a refusal.</summary>
    bool WantsAnswer => true;

    /// <summary>The answer in which everything that was asked for is refused with the error.</summary>
    IWireStruct Refuse(KafkaError error);
}
