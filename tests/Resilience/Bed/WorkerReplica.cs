using Millrace.Local;

namespace Millrace.Resilience;

/// <summary>A worker of the testbed as a scaler sees it. The testbed owns its process.</summary>
internal sealed class WorkerReplica(ChildProcess worker) : IReplica
{
    private Task _asked = Task.CompletedTask;

    public Task Ended => worker.Ended;

    public void Drain() => _asked = worker.HasExited ? Task.CompletedTask : ChildProcess.RunAsync("kill", worker.Id);

    public void Kill() => _asked = worker.KillAsync();

    public async ValueTask DisposeAsync() => await _asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
