namespace Millrace.Schemas;

/// <summary>A base cannot say at the moment whether it has a schema.</summary>
internal sealed class SchemaUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
