namespace Millrace.Broker.Server;

/// <summary>Who asks, and how.</summary>
/// <param name="ClientId">What the client calls itself.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Version">The version of the request.</param>
/// <param name="Aborted">Cancelled when the connection is lost or the broker stops: the answer will not be read.</param>
internal sealed record RequestContext(string ClientId, string Host, short Version, CancellationToken Aborted);
