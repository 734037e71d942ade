using Millrace.Core;

namespace Millrace.Local.Tests;

/// <summary>A datacenter in memory, which does what it is told, or does not answer.</summary>
internal sealed class FakeDatacenter(DatacenterDefinition definition) : IDatacenter
{
    public DatacenterDefinition Definition => definition;

    public bool IsPaused { get; set; }

    public int Replicas { get; set; }

    public bool IsSilent { get; set; }

    /// <summary>Whether its replicas go on although it is paused.</summary>
    public bool IsStubborn { get; init; }

    public List<string> Orders { get; } = [];

    public Action OnResume { get; set; } = () => { };

    public Task<StageState> ReadAsync(string stage, CancellationToken cancellation) => Answer(() => { });

    public Task PauseAsync(string stage, CancellationToken cancellation) => Answer(() =>
    {
        Orders.Add("pause");
        (IsPaused, Replicas) = (true, IsStubborn ? Replicas : 0);
    });

    public Task ResumeAsync(string stage, CancellationToken cancellation) => Answer(() =>
    {
        Orders.Add("resume");
        (IsPaused, Replicas) = (false, 1);
        OnResume();
    });

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
