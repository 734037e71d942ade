namespace Millrace.Core;

/// <summary>The configuration is wrong: the platform does not start. The message names the place, the value and what is allowed.</summary>
public sealed class CatalogException(string message, Exception? cause = null) : Exception(message, cause);
