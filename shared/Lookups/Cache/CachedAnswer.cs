using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Lookups;

/// <summary>An answer that is kept, ready to be given without a copy: all who ask share its memory.</summary>
internal sealed class CachedAnswer
{
    // The objects around an answer: the entry, its node and bucket, the key's string, the document, the arrays. Measured, and rounded up.
    private const int Overhead = 512;

    // What the parser keeps of each token beside the text.
    private const int TokenBytes = 12;

    private int _revalidating;

    private CachedAnswer(CacheKey key, LookupAttempt attempt, LookupException? missing)
    {
        Attempt = attempt;
        Missing = missing;
        Bytes = Overhead + (key.Address.Length * sizeof(char)) + (attempt.Answer?.Body.Length ?? 0) + Size(attempt.Json);
    }

    /// <summary>The answer; without meaning where <see cref="Missing"/> is set.</summary>
    public LookupAttempt Attempt { get; }

    /// <summary>The failure that says "not there"; null where there is an answer.</summary>
    public LookupException? Missing { get; }

    /// <summary>About how much memory it takes, key and all.</summary>
    public long Bytes { get; }

    /// <summary>Until when it is as good as new: a timestamp of the clock.</summary>
    public required long FreshUntil { get; init; }

    /// <summary>Until when it may be given at all.</summary>
    public required long UsableUntil { get; init; }

    public static CachedAnswer Of(CacheKey key, LookupAttempt attempt, long now, long life, long stale) =>
        new(key, attempt, missing: null) { FreshUntil = now + life, UsableUntil = now + life + stale };

    public static CachedAnswer Of(CacheKey key, LookupException missing, long now, long life) =>
        new(key, default, missing) { FreshUntil = now + life, UsableUntil = now + life };

    /// <summary>Whether the caller is the one to fetch a new answer.</summary>
    public bool TryStartRevalidation() => Interlocked.Exchange(ref _revalidating, 1) == 0;

    /// <summary>Lets the next one try it, once fetching a new answer has failed.</summary>
    public void EndRevalidation() => Volatile.Write(ref _revalidating, 0);

    private static long Size(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            return 0;
        }

        var text = JsonMarshal.GetRawUtf8Value(json);
        var reader = new Utf8JsonReader(text);
        var tokens = 0L;
        while (reader.Read())
        {
            tokens++;
        }

        return text.Length + (tokens * TokenBytes);
    }
}
