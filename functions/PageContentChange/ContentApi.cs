using System.Buffers;
using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;

namespace Millrace.Functions;

/// <summary>Asks a wiki's action API for the content of revisions.</summary>
/// <remarks>https://www.mediawiki.org/wiki/API:Revisions, format version 2.</remarks>
public sealed class ContentApi(PageContentChangeSettings settings, LookupFactory lookups) : IDisposable
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

    private readonly HttpLookup _lookup = lookups.Create(settings.Lookup);

    /// <summary>The slots of a revision, by role.</summary>
    /// <exception cref="StageException">There are none; the error is transient where they may yet turn up.</exception>
    public async ValueTask<JsonElement> SlotsAsync(Event change, long revision, CancellationToken cancellation)
    {
        var address = Address(change.Domain, revision);
        var answer = await _lookup.GetJsonAsync(address, cancellation).ConfigureAwait(false);
        if (answer.Child("error"u8) is { ValueKind: JsonValueKind.Object } error)
        {
            throw Failed(ContentErrors.ApiError, $"{address} answered with the error '{error.Child("code"u8).Text()}': {error.Child("info"u8).Text()}");
        }

        var query = answer.Child("query"u8);
        if (query.Child("badrevids"u8).ValueKind == JsonValueKind.Object)
        {
            throw Failed(ContentErrors.RevisionNotFound, $"{address} does not know revision {revision}.", change.Time + settings.ReplicaLag);
        }

        var slots = First(First(query.Child("pages"u8)).Child("revisions"u8)).Child("slots"u8);
        return slots.ValueKind == JsonValueKind.Object ? slots : throw Failed(ContentErrors.EmptyAnswer, $"{address} tells of no revision.");
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _lookup.Dispose();

    private static StageException Failed(string type, string message, DateTimeOffset? retryUntil = null) =>
        new(new StageError(type, message) { Transient = true, RetryUntil = retryUntil });

    private static JsonElement First(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : default;

    // The domain comes from the event and becomes part of an address: only the characters of a host name may pass.
    // Which hosts may be asked at all is for the lookup's allow-list to say.
    private Uri Address(string? domain, long revision)
    {
        if (domain is not { Length: > 0 and <= 253 } || domain.AsSpan().ContainsAnyExcept(HostCharacters) || domain.Contains("..", StringComparison.Ordinal))
        {
            throw new StageException(new StageError(ContentErrors.InvalidDomain, $"'.meta.domain' is {(domain is null ? "missing" : $"'{domain[..Math.Min(domain.Length, 64)]}'")}; it names the wiki to ask."));
        }

        return new Uri(
            settings.ApiTemplate.Replace("{domain}", domain, StringComparison.Ordinal) +
            $"?action=query&prop=revisions&revids={revision}&rvslots=*&rvprop=content&format=json&formatversion=2");
    }
}
