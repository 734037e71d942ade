using System.Runtime.InteropServices;

namespace Millrace.Resilience.Worker;

/// <summary>Counts how often points are passed, and interrupts the process where it is told to.</summary>
public sealed class InstrumentedPoints(Interruption interruption, TimeProvider time)
{
    private const int Kill = 9;
    private const int Stop = 19;
    private int _passages;

    /// <summary>Called at a point; where the process is killed there, it does not return.</summary>
    public void Pass(Point point)
    {
        if (point != interruption.Point || Interlocked.Increment(ref _passages) != interruption.Passage)
        {
            return;
        }

        if (interruption.Delay == 0)
        {
            Interrupt();
        }
        else
        {
            _ = InterruptLaterAsync();
        }
    }

    private async Task InterruptLaterAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(interruption.Delay), time);
        Interrupt();
    }

    private void Interrupt() => _ = Signal(Environment.ProcessId, interruption.Stop ? Stop : Kill);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
