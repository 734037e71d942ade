using System.Globalization;

namespace Millrace.Local;

/// <summary>Shows how far a backfill is: a line that changes on a terminal, a line now and then elsewhere.</summary>
internal sealed class BackfillView(TextWriter writer, bool isTerminal)
{
    private const int TicksPerLine = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows it until the work has ended, however that was.</summary>
    public async Task ShowAsync(Task work, Func<BackfillSummary> look)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        for (var tick = 1; !work.IsCompleted; tick++)
        {
            var next = timer.WaitForNextTickAsync().AsTask();
            await Task.WhenAny(work, next);
            if (isTerminal)
            {
                await writer.WriteAsync($"\r{Line(look())}\e[K");
            }
            else if (tick % TicksPerLine == 0)
            {
                await writer.WriteLineAsync(Line(look()));
            }
        }

        if (isTerminal)
        {
            await writer.WriteLineAsync();
        }
    }

    private static string Line(BackfillSummary at) => string.Create(CultureInfo.InvariantCulture,
        $"{at.Done:N0} of {at.Total:N0} ({(at.Total == 0 ? 1 : (double)at.Done / at.Total):P0}), {at.EventsPerSecond:N0} events/s, {(at.SecondsLeft is { } left ? $"{TimeSpan.FromSeconds(Math.Ceiling(left)):c} left" : "no end in sight yet")}, errors {at.Failed:N0}{(at.Waiting.Count > 0 ? $"; waits: {at.Waiting[0]}" : "")}");
}
