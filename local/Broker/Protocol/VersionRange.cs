namespace Millrace.Broker.Protocol;

/// <summary>The versions of a request that the broker offers, and the first of them whose strings and arrays are compact and whose structures end with tagged fields (KIP-482).</summary>
internal readonly record struct VersionRange(short Min, short Max, short FlexibleFrom)
{
    /// <summary>A request that has no flexible version, among those offered.</summary>
    public const short Never = short.MaxValue;
}
