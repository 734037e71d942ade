namespace Millrace.Broker.Protocol;

/// <summary>Bytes that are no request: the connection they came from is of no more use.</summary>
internal sealed class WireException(string message) : Exception(message);
