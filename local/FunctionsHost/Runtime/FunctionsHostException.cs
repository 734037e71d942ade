namespace Millrace.FunctionsHost;

/// <summary>The application cannot run as it is written or configured; the message says what to change.</summary>
public sealed class FunctionsHostException : Exception
{
    /// <summary>Refuses the application for that reason.</summary>
    public FunctionsHostException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
