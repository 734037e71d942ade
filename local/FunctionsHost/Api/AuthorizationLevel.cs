namespace Microsoft.Azure.Functions.Worker;

/// <summary>The key that a request must bring.</summary>
public enum AuthorizationLevel
{
    /// <summary>None.</summary>
    Anonymous,

    /// <summary>A user's token; not supported here.</summary>
    User,

    /// <summary>A key of the function or of the host.</summary>
    Function,

    /// <summary>A key of the system; not supported here.</summary>
    System,

    /// <summary>The host's master key.</summary>
    Admin,
}
