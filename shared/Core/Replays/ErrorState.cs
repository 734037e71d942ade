namespace Millrace.Core;

/// <summary>What has become of an error event.</summary>
public enum ErrorState
{
    /// <summary>Nobody has done anything about it.</summary>
    Open,

    /// <summary>It was given to its stage once more, which has not come to it yet.</summary>
    Requested,

    /// <summary>Its stage has worked on the event after all.</summary>
    Resolved,

    /// <summary>Its stage has failed on the event again, of which there is a newer error event.</summary>
    FailedAgain,
}
