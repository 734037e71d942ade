using System.Net;
using System.Text.Json;

namespace Millrace.Lookups;

/// <summary>Gives answers from memory, and fetches those that are missing or old: once for all who want the same.</summary>
/// <param name="options">How much is kept, and for how long.</param>
/// <param name="name">The lookup's, for what is counted.</param>
/// <param name="time">The clock by which answers grow old.</param>
/// <param name="mayAsk">Whether the address is allowed: others, whose list may be longer, have filled what is shared.</param>
/// <param name="fetch">Asks the server; it belongs to nobody's cancellation but its own.</param>
/// <param name="lifeOf">How long a JSON answer of 2xx may be kept.</param>
/// <param name="shared">What other workers have fetched; null where there is nothing of the kind. Disposed of with the cache.</param>
internal sealed class AnswerCache(
    LookupCacheOptions options,
    string name,
    TimeProvider time,
    Func<Uri, bool> mayAsk,
    Func<Uri, bool, CancellationToken, ValueTask<LookupAttempt>> fetch,
    Func<JsonElement, AnswerLife> lifeOf,
    ISharedAnswers? shared = null) : IDisposable
{
    private readonly FlightGroup<CacheKey, LookupAttempt> _flights = new();
    private readonly CacheMeter _meter = new(name);

    /// <summary>What is kept.</summary>
    public AnswerStore Store { get; } = new(options.MaxBytes);

    /// <summary>The answer: from memory at once, where it is there; a stale one is fetched anew behind it.</summary>
    /// <exception cref="LookupException">It could not be fetched, or it was fetched and says "not there".</exception>
    public ValueTask<LookupAttempt> GetAsync(Uri uri, bool asJson, CancellationToken cancellationToken)
    {
        var key = new CacheKey(uri.AbsoluteUri, asJson);
        var now = time.GetTimestamp();
        if (Store.Find(key, now) is not { } kept)
        {
            _meter.Miss();
            return new(FetchAsync(key, uri, cancellationToken));
        }

        if (now < kept.FreshUntil)
        {
            _meter.Hit();
        }
        else
        {
            _meter.Stale();
            if (kept.TryStartRevalidation())
            {
                _ = RevalidateAsync(key, uri, kept);
            }
        }

        return kept.Missing is { } missing ? ValueTask.FromException<LookupAttempt>(missing.FromCache()) : new(kept.Attempt);
    }

    /// <summary>Takes its bytes off what is counted, and ends the connection to what is shared.</summary>
    public void Dispose()
    {
        _meter.Stored(evicted: 0, -Store.Bytes);
        shared?.Dispose();
    }

    private Task<LookupAttempt> FetchAsync(CacheKey key, Uri uri, CancellationToken cancellationToken) =>
        _flights.JoinAsync(key, flight => FetchAndKeepAsync(key, uri, flight), cancellationToken);

    private async Task RevalidateAsync(CacheKey key, Uri uri, CachedAnswer stale)
    {
        try
        {
            await FetchAsync(key, uri, CancellationToken.None).ConfigureAwait(false);
        }
        // Whatever it is, it is nobody's: the stale answer was given. The next one who is given it tries again.
        catch (Exception)
        {
            stale.EndRevalidation();
        }
    }

    private async Task<LookupAttempt> FetchAndKeepAsync(CacheKey key, Uri uri, CancellationToken cancellationToken)
    {
        if (shared is not null && mayAsk(uri) && await ReadSharedAsync(key, shared, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        try
        {
            var attempt = await fetch(uri, key.AsJson, cancellationToken).ConfigureAwait(false);
            var (life, stale) = LifeOf(attempt);
            if (life > TimeSpan.Zero)
            {
                Keep(key, CachedAnswer.Of(key, attempt, time.GetTimestamp(), Ticks(life), Ticks(stale)));
                shared?.Write(SharedEntry.Key(name, key), SharedEntry.Of(attempt, time.GetUtcNow()).Encode(), life);
            }

            return attempt;
        }
        catch (LookupException missing) when (IsMissing(missing.Status) && options.NegativeTimeToLive > TimeSpan.Zero)
        {
            Keep(key, CachedAnswer.Of(key, missing, time.GetTimestamp(), Ticks(options.NegativeTimeToLive)));
            throw;
        }
    }

    // What is shared is as old as it is: whoever takes it over does not make it young again. One that is stale is fetched anew.
    private async ValueTask<LookupAttempt?> ReadSharedAsync(CacheKey key, ISharedAnswers answers, CancellationToken cancellationToken)
    {
        if (await answers.ReadAsync(SharedEntry.Key(name, key), cancellationToken).ConfigureAwait(false) is not { } bytes
            || SharedEntry.Decode(bytes) is not { } entry
            || entry.ToAttempt(key.AsJson) is not { Failure: null } attempt)
        {
            return null;
        }

        var (life, stale) = LifeOf(attempt);
        var age = time.GetUtcNow() - entry.Fetched;
        var left = life - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
        if (left <= TimeSpan.Zero)
        {
            return null;
        }

        Keep(key, CachedAnswer.Of(key, attempt, time.GetTimestamp(), Ticks(left), Ticks(stale)));
        return attempt;
    }

    private (TimeSpan Life, TimeSpan Stale) LifeOf(LookupAttempt attempt)
    {
        var life = attempt.Answer is not { } answer ? lifeOf(attempt.Json)
            : answer.IsSuccess ? AnswerLife.Found
            : IsMissing(answer.Status) ? AnswerLife.Missing
            : AnswerLife.None;
        return life switch
        {
            AnswerLife.Found => (options.TimeToLive, options.StaleWhileRevalidate),
            AnswerLife.Missing => (options.NegativeTimeToLive, TimeSpan.Zero),
            _ => default,
        };
    }

    private void Keep(CacheKey key, CachedAnswer answer)
    {
        var (evicted, growth) = Store.Put(key, answer);
        _meter.Stored(evicted, growth);
    }

    private static bool IsMissing(HttpStatusCode? status) => status is HttpStatusCode.NotFound or HttpStatusCode.Gone;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
