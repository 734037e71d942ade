using System.Collections.Immutable;

namespace Millrace.Broker.Storage;

/// <summary>Calls who waits for a partition to grow.</summary>
internal sealed class AppendSignal
{
    private ImmutableArray<Action> _callbacks = [];

    /// <summary>Calls it with each <see cref="Raise"/> until the result is disposed, at times once more.</summary>
    public IDisposable Subscribe(Action callback)
    {
        // A delegate of its own, so that one that subscribes twice is removed once.
        var own = new Action(() => callback());
        ImmutableInterlocked.Update(ref _callbacks, static (all, one) => all.Add(one), own);
        return new Subscription(this, own);
    }

    public void Raise()
    {
        foreach (var callback in _callbacks)
        {
            callback();
        }
    }

    private void Remove(Action own) => ImmutableInterlocked.Update(ref _callbacks, static (all, one) => all.Remove(one), own);

    private sealed class Subscription(AppendSignal signal, Action own) : IDisposable
    {
        public void Dispose() => signal.Remove(own);
    }
}
