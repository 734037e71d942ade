namespace Millrace.Connectors;

/// <summary>Where a store listens.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port, over TCP.</param>
public sealed record StoreEndpoint(string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port}";
}
