namespace Millrace.Broker;

/// <summary>When a connection is dropped.</summary>
public enum DropPoint
{
    /// <summary>The request has no effect, and its client does not know.</summary>
    BeforeApplying,

    /// <summary>The request has its effect, and its client does not know.</summary>
    AfterApplying,
}
