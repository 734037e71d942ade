using System.Diagnostics;
using System.Globalization;

namespace Millrace.Benchmarks;

/// <summary>What doing something a number of times took.</summary>
internal sealed record Measured(string Name, int Events, TimeSpan Wall, TimeSpan Cpu, long Allocated)
{
    public double EventsPerSecond => Events / Wall.TotalSeconds;

    public double CpuMicros => Cpu.TotalMicroseconds / Events;

    public double Bytes => (double)Allocated / Events;

    public static async Task<Measured> RunAsync(string name, int events, Func<Task> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated, watch) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
        await work();
        watch.Stop();
        process.Refresh();
        return new Measured(name, events, watch.Elapsed, process.TotalProcessorTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    /// <summary>The run with the median rate.</summary>
    public static Measured Median(IEnumerable<Measured> runs) => runs.OrderBy(run => run.EventsPerSecond).ToArray() is var sorted ? sorted[sorted.Length / 2] : throw new InvalidOperationException();

    public static void Print(string title, Measured baseline, params Measured[] others)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine($"{"",-44} {"events/s",12} {"ratio",7} {"CPU µs/event",13} {"ratio",7} {"B/event",10}");
        foreach (var row in others.Prepend(baseline))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-44} {row.EventsPerSecond,12:N0} {row.EventsPerSecond / baseline.EventsPerSecond,7:F2} {row.CpuMicros,13:F2} {row.CpuMicros / baseline.CpuMicros,7:F2} {row.Bytes,10:N0}"));
        }
    }
}
