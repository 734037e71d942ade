namespace Microsoft.Azure.Functions.Worker;

/// <summary>How often and how soon the host calls a function again that threw.</summary>
/// <remarks>Each call that the trigger makes is repeated so: this multiplies with the trigger's own <c>maxRetries</c>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    private protected static TimeSpan Interval(string value, string parameter) =>
        TimeSpan.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var interval) && interval >= TimeSpan.Zero
            ? interval
            : throw new ArgumentOutOfRangeException(parameter, value, "An interval is written HH:mm:ss and is not negative.");
}
