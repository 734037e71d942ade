namespace Millrace.Lookups;

/// <summary>Makes one fetch of all those for the same key that are wanted at the same time.</summary>
/// <remarks>
/// A fetch belongs to all who wait for it: one that gives up leaves the others their answer, and only when the last one has
/// given up is it cancelled. How it ends, it ends for all of them; afterwards the next one who asks begins anew.
/// </remarks>
internal sealed class FlightGroup<TKey, TAnswer>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>Waits for the fetch that is under way, or starts one.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<TAnswer> JoinAsync(TKey key, Func<CancellationToken, Task<TAnswer>> fetch, CancellationToken cancellationToken)
    {
        var flight = Board(key, out var isFirst);
        if (isFirst)
        {
            _ = FlyAsync(key, flight, fetch);
        }

        try
        {
            return await flight.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(key, flight).ConfigureAwait(false);
        }
    }

    private Flight Board(TKey key, out bool isFirst)
    {
        lock (_flights)
        {
            isFirst = !_flights.TryGetValue(key, out var flight);
            if (isFirst)
            {
                _flights.Add(key, flight = new Flight());
            }

            flight!.Waiting++;
            return flight;
        }
    }

    private async Task FlyAsync(TKey key, Flight flight, Func<CancellationToken, Task<TAnswer>> fetch)
    {
        try
        {
            var answer = await fetch(flight.Cancellation.Token).ConfigureAwait(false);
            End(key, flight);
            flight.Answer.SetResult(answer);
        }
        // Whatever it is, it is thrown where the answer is awaited.
        catch (Exception exception)
        {
            End(key, flight);
            flight.Answer.SetException(exception);
            _ = flight.Answer.Task.Exception;
        }
    }

    private void End(TKey key, Flight flight)
    {
        lock (_flights)
        {
            if (_flights.TryGetValue(key, out var current) && current == flight)
            {
                _flights.Remove(key);
            }
        }
    }

    private async ValueTask LeaveAsync(TKey key, Flight flight)
    {
        bool isAbandoned;
        lock (_flights)
        {
            isAbandoned = --flight.Waiting == 0 && !flight.Answer.Task.IsCompleted;
            if (isAbandoned)
            {
                End(key, flight);
            }
        }

        if (isAbandoned)
        {
            await flight.Cancellation.CancelAsync().ConfigureAwait(false);
        }
    }

    private sealed class Flight
    {
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Cancellation { get; } = new();

        public int Waiting { get; set; }
    }
}
