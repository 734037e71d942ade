namespace Millrace.Core;

/// <summary>The fields that the platform itself reads of an event.</summary>
public enum EventField
{
    /// <summary><c>$schema</c>.</summary>
    Schema,

    /// <summary><c>dt</c>: when it happened.</summary>
    Time,

    /// <summary><c>meta.stream</c>.</summary>
    Stream,

    /// <summary><c>meta.id</c>.</summary>
    Id,

    /// <summary><c>meta.domain</c>.</summary>
    Domain,

    /// <summary><c>meta.dt</c>: when it was received.</summary>
    ReceiveTime,

    /// <summary><c>meta.uri</c>.</summary>
    Uri,

    /// <summary><c>meta.request_id</c>.</summary>
    RequestId,
}
