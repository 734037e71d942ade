namespace Millrace.Local;

/// <summary>Rates as they are shown.</summary>
internal static class Rates
{
    /// <summary>A rate to a tenth; null where it is not known.</summary>
    public static double? Rounded(double? rate) => rate is { } known ? Math.Round(known, 1) : null;
}
