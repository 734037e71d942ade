namespace Millrace.Connectors;

/// <summary>A value that its column cannot hold.</summary>
internal sealed class LakeValueException(string message, Exception? cause = null) : Exception(message, cause);
