using System.Numerics;

namespace Millrace.Core;

/// <summary>Durations by size, each power of two of microseconds in 16 steps: quantiles to within 7 %, in constant memory.</summary>
/// <remarks>Safe for concurrent use; a quantile read while others record is of about that moment.</remarks>
public sealed class LatencyHistogram
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits) * Steps];

    /// <summary>Counts a duration.</summary>
    public void Record(TimeSpan duration) => Interlocked.Increment(ref _counts[Index((ulong)Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond))]);

    /// <summary>The duration that a share of all durations does not exceed; zero where nothing was recorded.</summary>
    /// <param name="share">0 to 1: 0.99 for the 99th percentile.</param>
    public TimeSpan Quantile(double share)
    {
        long total = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            total += Interlocked.Read(ref _counts[i]);
        }

        var rank = (long)Math.Ceiling(total * Math.Clamp(share, 0, 1));
        for (var i = 0; i < _counts.Length && total > 0; i++)
        {
            rank -= Interlocked.Read(ref _counts[i]);
            if (rank <= 0)
            {
                return TimeSpan.FromMicroseconds(Upper(i));
            }
        }

        return TimeSpan.Zero;
    }

    private static int Index(ulong micros)
    {
        if (micros < Steps)
        {
            return (int)micros;
        }

        var power = BitOperations.Log2(micros);
        return ((power - StepBits + 1) << StepBits) + (int)((micros >> (power - StepBits)) & (Steps - 1));
    }

    private static double Upper(int index)
    {
        var (power, step) = (index >> StepBits, index & (Steps - 1));
        return power == 0 ? step : (Steps + step + 1) * Math.Pow(2, power - 1);
    }
}
