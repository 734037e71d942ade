namespace Millrace.Broker.Server;

/// <summary>What becomes of a connection after a request.</summary>
internal enum Dispatched
{
    /// <summary>The answer is written.</summary>
    Answered,

    /// <summary>The client wants no answer.</summary>
    Unanswered,

    /// <summary>The connection is closed without an answer.</summary>
    Close,
}
