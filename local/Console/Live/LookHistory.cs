namespace Millrace.Local;

/// <summary>What the last minutes' looks saw, for small charts.</summary>
internal sealed class LookHistory
{
    /// <summary>How many looks are kept: five minutes of them.</summary>
    public const int Most = 150;

    private readonly Lock _gate = new();
    private readonly Queue<LookMoment> _moments = new();

    /// <summary>What is kept, oldest first.</summary>
    public IReadOnlyList<LookMoment> Moments
    {
        get
        {
            lock (_gate)
            {
                return [.. _moments];
            }
        }
    }

    /// <summary>Keeps a look that saw something.</summary>
    public void Add(ClusterLook look)
    {
        var moment = new LookMoment(look.At, look.Stages.ToDictionary(
            stage => stage.Status.Stage, stage => new StageMoment(stage.Status.Lag, Rates.Rounded(stage.Status.InPerSecond), Rates.Rounded(stage.Status.SettledPerSecond))));
        lock (_gate)
        {
            _moments.Enqueue(moment);
            if (_moments.Count > Most)
            {
                _moments.Dequeue();
            }
        }
    }
}
