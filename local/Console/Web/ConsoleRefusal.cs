using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>A request is refused.</summary>
/// <param name="status">The answer's status.</param>
/// <param name="title">What is wrong, in a few words.</param>
/// <param name="detail">What exactly, and what is allowed.</param>
internal sealed class ConsoleRefusal(int status, string title, string detail) : Exception(detail)
{
    /// <summary>The answer's status.</summary>
    public int Status => status;

    /// <summary>What is wrong, in a few words.</summary>
    public string Title => title;

    /// <summary>Something of the request cannot be used.</summary>
    public static ConsoleRefusal Bad(string detail) => new(StatusCodes.Status400BadRequest, "The request cannot be used", detail);

    /// <summary>What the request names is not there.</summary>
    public static ConsoleRefusal Missing(string detail) => new(StatusCodes.Status404NotFound, "There is no such thing", detail);

    /// <summary>Too much is asked for at a time.</summary>
    public static ConsoleRefusal Busy(string detail) => new(StatusCodes.Status503ServiceUnavailable, "Too much at a time", detail);
}
