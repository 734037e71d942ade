namespace Millrace.Resilience;

/// <summary>The topics of the stage.</summary>
internal static class Topics
{
    public const string In = "resilience.in";

    public const string Out = "resilience.out";

    public const string Errors = "Probe.error";

    public static readonly string[] All = [In, Out, Errors];
}
