using Millrace.Broker.Protocol;

namespace Millrace.Broker.Server;

/// <summary>What stands before every request.</summary>
internal readonly record struct RequestHeader(ApiKey Key, short Version, int CorrelationId, string ClientId)
{
    /// <summary>Reads the header.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isFlexible">Whether a request of that kind and version has tagged fields in its header.</param>
    /// <param name="body">What follows.</param>
    /// <exception cref="WireException">It is no header.</exception>
    public static RequestHeader Read(Memory<byte> frame, Func<ApiKey, short, bool> isFlexible, out Memory<byte> body)
    {
        short key = 0, version = 0;
        var correlationId = 0;
        string? clientId = null;
        var reader = new WireReader(frame, 0, flexible: false);
        reader.Int16(ref key);
        reader.Int16(ref version);
        reader.Int32(ref correlationId);
        reader.NullableString(ref clientId);
        body = frame[^reader.Remaining..];
        if (isFlexible((ApiKey)key, version))
        {
            reader = new WireReader(body, version, flexible: true);
            reader.Tags();
            body = frame[^reader.Remaining..];
        }

        return new RequestHeader((ApiKey)key, version, correlationId, clientId ?? "");
    }
}
