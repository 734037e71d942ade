namespace Millrace.Lookups;

/// <summary>The keys that are asked together, and who waits for each of them.</summary>
/// <remarks>Not safe for concurrent use: whoever has it locks it.</remarks>
internal sealed class Batch<TKey, TAnswer>(IEqualityComparer<TKey> comparer)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Place> _places = new(comparer);
    private readonly List<TKey> _order = [];
    private int _waiting;

    /// <summary>Ends the request once nobody waits for any of its answers.</summary>
    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Sends it when its first key has waited long enough.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>Whether its keys were asked for; none can join it any more.</summary>
    public bool HasLeft { get; set; }

    /// <summary>How many keys it has.</summary>
    public int Count => _places.Count;

    /// <summary>Its keys, in the order in which they came.</summary>
    public IReadOnlyList<TKey> Keys => [.. _order];

    /// <summary>Whether nobody waits for it.</summary>
    public bool IsAbandoned => _waiting == 0;

    /// <summary>Waits for a key's answer; equal keys have one.</summary>
    public Task<TAnswer> Join(TKey key)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            _places.Add(key, place = new Place());
            _order.Add(key);
        }

        place.Waiting++;
        _waiting++;
        return place.Answer.Task;
    }

    /// <summary>Gives up waiting. A key that nobody waits for any more is not asked for, if there is still time.</summary>
    public void Leave(TKey key)
    {
        _waiting--;
        if (--_places[key].Waiting == 0 && !HasLeft)
        {
            _places.Remove(key);
            _order.RemoveAll(other => comparer.Equals(other, key));
        }
    }

    /// <summary>Gives all who wait for the key their answer.</summary>
    public void Answer(TKey key, TAnswer answer) => _places[key].Answer.TrySetResult(answer);

    /// <summary>Tells all who wait for the key why there is none.</summary>
    public void Fail(TKey key, Exception why)
    {
        var answer = _places[key].Answer;
        answer.TrySetException(why);

        // Those who waited for it may all have given up.
        _ = answer.Task.Exception;
    }

    private sealed class Place
    {
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting { get; set; }
    }
}
