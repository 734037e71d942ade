namespace Millrace.Broker.Server;

/// <summary>How the one broker of this cluster is reached.</summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="Port">Its port on the loopback interface.</param>
internal sealed record NodeAddress(string ClusterId, int Port)
{
    /// <summary>The number of the broker.</summary>
    public const int NodeId = 1;

    /// <summary>The broker's host.</summary>
    public const string Host = "127.0.0.1";
}
