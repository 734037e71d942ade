namespace Millrace.Local;

/// <summary>What the autoscaler wanted lately, so that neither a peak nor a dip changes the replicas at once.</summary>
internal sealed class Recommendations(TimeSpan upWindow, TimeSpan downWindow)
{
    private readonly Queue<(TimeSpan At, int Replicas)> _recent = new();
    private bool _hasBegun;

    /// <summary>The number to go to: up to the least that was wanted within the one window, or down to the most within the other.</summary>
    public int Stabilise(TimeSpan now, int replicas, int wanted)
    {
        // The first time of all there is no past; the autoscaler then takes what there is for what was wanted.
        if (!_hasBegun)
        {
            _recent.Enqueue((now, replicas));
            _hasBegun = true;
        }

        while (_recent.TryPeek(out var oldest) && now - oldest.At >= (upWindow > downWindow ? upWindow : downWindow))
        {
            _recent.Dequeue();
        }

        var (least, most) = (wanted, wanted);
        foreach (var (at, recommended) in _recent)
        {
            least = now - at < upWindow ? Math.Min(least, recommended) : least;
            most = now - at < downWindow ? Math.Max(most, recommended) : most;
        }

        _recent.Enqueue((now, wanted));
        return Math.Min(Math.Max(replicas, least), most);
    }
}
