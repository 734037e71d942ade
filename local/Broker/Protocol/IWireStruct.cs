namespace Millrace.Broker.Protocol;

/// <summary>A structure of Kafka's protocol, described once for both directions and all versions.</summary>
internal interface IWireStruct
{
    /// <summary>Names the fields in the order in which they stand, each with the versions that have it; <paramref name="wire"/> reads or writes them.</summary>
    void Describe(Wire wire);
}
