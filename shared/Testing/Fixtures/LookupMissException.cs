namespace Millrace.Testing;

/// <summary>A stage asked for something that there is no recorded answer to. It is neither retried nor taken for a failure of the server.</summary>
public sealed class LookupMissException(string request, string directory)
    : Exception($"There is no answer to {request} in {directory}.");
