using System.Diagnostics;

namespace Millrace.Benchmarks;

/// <summary>What a process has used, as of now.</summary>
internal static class ProcessUse
{
    public static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    public static long ResidentBytes(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
