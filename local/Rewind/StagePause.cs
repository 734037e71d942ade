namespace Millrace.Local;

/// <summary>A stage that is kept from running in a datacenter while something is done to it, and runs again afterwards.</summary>
/// <remarks>Where it was paused already it stays so: it is the side that waits, or a run before this one was killed.</remarks>
internal sealed class StagePause(IDatacenter datacenter, string stage, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether somebody else has paused it, and it stays paused.</summary>
    public bool WasPaused { get; private set; }

    /// <summary>Pauses it, does something once no replica is left, and resumes it, whatever comes of that.</summary>
    /// <exception cref="FailoverException">It cannot be paused or resumed, or does not end in time.</exception>
    public async Task RunAsync(Func<Task> work, CancellationToken cancellation)
    {
        WasPaused = (await datacenter.ReadAsync(stage, cancellation)).IsPaused;
        if (!WasPaused)
        {
            await datacenter.PauseAsync(stage, cancellation);
        }

        try
        {
            await WaitAsync(cancellation);
            await work();
        }
        finally
        {
            if (!WasPaused)
            {
                await datacenter.ResumeAsync(stage, CancellationToken.None);
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); await datacenter.ReadAsync(stage, cancellation) is { Replicas: > 0 } state; await Task.Delay(Poll, time, cancellation))
        {
            if (time.GetElapsedTime(started) >= patience)
            {
                throw new FailoverException($"Stage {stage} still has {state.Replicas} replicas in {datacenter.Definition.Name}, {patience} after it was paused; nothing was changed.");
            }
        }
    }
}
