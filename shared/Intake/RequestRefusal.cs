namespace Millrace.Intake;

/// <summary>A request is refused as a whole: none of its events was taken.</summary>
/// <param name="status">The answer's status.</param>
/// <param name="reason">Why; it repeats nothing of an event.</param>
internal sealed class RequestRefusal(int status, string reason) : Exception(reason)
{
    /// <summary>The answer's status.</summary>
    public int Status => status;
}
