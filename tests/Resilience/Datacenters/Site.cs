using Millrace.Broker;
using Millrace.Core;
using Millrace.Local;

namespace Millrace.Resilience;

/// <summary>A datacenter whose stage is a worker in a process of its own.</summary>
internal sealed class Site(DatacenterDefinition definition, EmbeddedBroker broker, Func<ChildProcess> start) : IDatacenter
{
    private readonly List<Task> _ending = [];

    /// <inheritdoc/>
    public DatacenterDefinition Definition => definition;

    /// <summary>The broker that it uses.</summary>
    public EmbeddedBroker Broker => broker;

    /// <summary>The worker; null before there was any.</summary>
    public ChildProcess? Worker { get; private set; }

    /// <summary>Whether nobody reaches what runs its stages.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether its worker goes on although it is paused.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Whether it was told to have no worker.</summary>
    public bool IsPaused { get; private set; } = true;

    private int Replicas => Worker is { HasExited: false } ? 1 : 0;

    /// <inheritdoc/>
    public Task<StageState> ReadAsync(string stage, CancellationToken cancellation) => Answer(() => { });

    /// <inheritdoc/>
    public Task PauseAsync(string stage, CancellationToken cancellation) => Answer(() =>
    {
        IsPaused = true;
        if (!IsSlow)
        {
            _ending.Add(Worker!.TerminateAsync());
        }
    });

    /// <inheritdoc/>
    public Task ResumeAsync(string stage, CancellationToken cancellation) => Answer(() =>
    {
        IsPaused = false;
        Worker = start();
    });

    /// <summary>Ends its worker, however it was told.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_ending);
        if (Worker is not null)
        {
            await Worker.TerminateAsync();
        }
    }

    public void Dispose()
    {
    }

    private Task<StageState> Answer(Action order)
    {
        if (IsSilent)
        {
            throw new UnreachableException($"{definition.Name} is silent.");
        }

        order();
        return Task.FromResult(new StageState(IsPaused, Replicas));
    }
}
