using Millrace.Core;

namespace Millrace.Lookups;

/// <summary>Asks for many keys with one request, where an API takes a list; each caller waits for its own key's answer.</summary>
/// <typeparam name="TKey">What is asked for; equal keys are asked for once per batch.</typeparam>
/// <typeparam name="TAnswer">What is said about a key; all who asked for it share it.</typeparam>
/// <remarks>
/// How requests are repeated, limited and kept is for the <see cref="HttpLookup"/> to say that the function below asks.
/// Batches are asked for beside each other, as many as there are. If the function throws, that is the failure of all the
/// batch's keys: an error that is transient lets their events be tried again, by the stage's own options, and in new
/// batches. Once nobody waits for a batch any more, its request is cancelled. Safe for concurrent use.
/// </remarks>
public sealed class BatchedLookup<TKey, TAnswer>
    where TKey : notnull
{
    private const int MaxQuotation = 64;

    private readonly BatchOptions _options;
    private readonly Func<IReadOnlyList<TKey>, CancellationToken, ValueTask<IReadOnlyDictionary<TKey, BatchAnswer<TAnswer>>>> _ask;
    private readonly TimeProvider _time;
    private readonly IEqualityComparer<TKey> _comparer;
    private readonly Lock _gate = new();
    private Batch<TKey, TAnswer>? _open;

    /// <summary>Starts without a batch.</summary>
    /// <param name="options">Read with each lookup.</param>
    /// <param name="ask">Asks for different keys, in the order in which they came. What it returns finds keys by the same comparer.</param>
    /// <param name="time">The clock of the delay.</param>
    /// <param name="comparer">Which keys are equal; null is as they say themselves.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BatchedLookup(
        BatchOptions options,
        Func<IReadOnlyList<TKey>, CancellationToken, ValueTask<IReadOnlyDictionary<TKey, BatchAnswer<TAnswer>>>> ask,
        TimeProvider time,
        IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(time);
        if (OptionsCheck.Problems(options, name => $"{nameof(BatchOptions)}: {name}") is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        (_options, _ask, _time, _comparer) = (options, ask, time, comparer ?? EqualityComparer<TKey>.Default);
    }

    /// <summary>Waits for a key's answer.</summary>
    /// <exception cref="StageException">The key has none: the batch's answer says why, or does not have it (<see cref="LookupErrorTypes.NoAnswer"/>).</exception>
    /// <exception cref="OperationCanceledException">The caller no longer wants the answer; the others still get theirs.</exception>
    public async ValueTask<TAnswer> GetAsync(TKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        Task<TAnswer> answer;
        Batch<TKey, TAnswer> batch;
        bool isFirst, isFull;
        lock (_gate)
        {
            isFirst = _open is null;
            batch = _open ??= new Batch<TKey, TAnswer>(_comparer);
            answer = batch.Join(key);
            isFull = batch.Count == _options.MaxKeys;
            _open = isFull ? null : batch;
        }

        if (isFull)
        {
            Send(batch);
        }
        else if (isFirst)
        {
            SendLater(batch);
        }

        try
        {
            return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await LeaveAsync(batch, key).ConfigureAwait(false);
            throw;
        }
    }

    // Not within the lock, nor before the first key is in: a clock may call back before its timer is made.
    private void SendLater(Batch<TKey, TAnswer> batch)
    {
        var timer = _time.CreateTimer(_ => Send(batch), null, _options.MaxDelay, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            if (!batch.HasLeft)
            {
                batch.Timer = timer;
                return;
            }
        }

        timer.Dispose();
    }

    private void Send(Batch<TKey, TAnswer> batch)
    {
        IReadOnlyList<TKey> keys;
        lock (_gate)
        {
            if (batch.HasLeft)
            {
                return;
            }

            batch.HasLeft = true;
            _open = _open == batch ? null : _open;
            keys = batch.Keys;
        }

        batch.Timer?.Dispose();
        if (keys.Count > 0)
        {
            _ = AskAsync(batch, keys);
        }
    }

    private async Task AskAsync(Batch<TKey, TAnswer> batch, IReadOnlyList<TKey> keys)
    {
        try
        {
            var answers = await _ask(keys, batch.Cancellation.Token).ConfigureAwait(false);
            foreach (var key in keys)
            {
                if (!answers.TryGetValue(key, out var answer))
                {
                    batch.Fail(key, new StageException(new StageError(LookupErrorTypes.NoAnswer, $"The batch's answer says nothing about '{Excerpt.Of($"{key}", MaxQuotation)}'.")));
                }
                else if (answer.Error is { } error)
                {
                    batch.Fail(key, new StageException(error));
                }
                else
                {
                    batch.Answer(key, answer.Value!);
                }
            }
        }
        // Whatever it is, it is thrown where the answers are awaited.
        catch (Exception exception)
        {
            foreach (var key in keys)
            {
                batch.Fail(key, exception);
            }
        }
    }

    private async ValueTask LeaveAsync(Batch<TKey, TAnswer> batch, TKey key)
    {
        bool isAbandoned;
        lock (_gate)
        {
            batch.Leave(key);
            isAbandoned = batch.HasLeft && batch.IsAbandoned;
        }

        if (isAbandoned)
        {
            await batch.Cancellation.CancelAsync().ConfigureAwait(false);
        }
    }
}
