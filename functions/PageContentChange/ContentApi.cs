using System.Buffers;
using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;

namespace Millrace.Functions;

/// <summary>Asks a wiki's action API for the content of revisions.</summary>
/// <remarks>https://www.mediawiki.org/wiki/API:Revisions, format version 2.</remarks>
public sealed class ContentApi(PageContentChangeSettings settings, LookupFactory lookups, TimeProvider time) : IDisposable
{
    private const int MaxQuotation = 200;

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
            throw Failed(ContentErrors.ApiError, $"{address} answered with the error '{Quote(error.Child("code"u8))}': {Quote(error.Child("info"u8))}");
        }

        var query = answer.Child("query"u8);
        if (query.Child("badrevids"u8).ValueKind == JsonValueKind.Object)
        {
            throw Failed(ContentErrors.RevisionNotFound, $"{address} does not know revision {revision}.", MayTurnUpUntil(change.Time));
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

    // What an answer says about itself goes into a message: as much of it as a reader needs.
    private static string? Quote(JsonElement element) =>
        element.Text() is { } text ? Excerpt.Of(text, MaxQuotation) : null;

    // A time that lies further ahead than clocks differ is wrong; nobody waits for it to come.
    private DateTimeOffset? MayTurnUpUntil(DateTimeOffset? happened) =>
        happened is { } known && known <= time.GetUtcNow() + settings.ReplicaLag ? known + settings.ReplicaLag : null;

    // The domain comes from the event and becomes part of an address: only the characters of a host name may pass.
    // Which hosts may be asked at all is for the lookup's allow-list to say.
    private Uri Address(string? domain, long revision)
    {
        if (domain is null || domain.AsSpan().ContainsAnyExcept(HostCharacters) || Uri.CheckHostName(domain) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            throw InvalidDomain(domain);
        }

        return Uri.TryCreate(
            settings.ApiTemplate.Replace("{domain}", domain, StringComparison.Ordinal) +
            $"?action=query&prop=revisions&revids={revision}&rvslots=*&rvprop=content&format=json&formatversion=2",
            UriKind.Absolute,
            out var address) ? address : throw InvalidDomain(domain);
    }

    private static StageException InvalidDomain(string? domain) => new(new StageError(
        ContentErrors.InvalidDomain,
        $"'.meta.domain' is {(domain is null ? "missing" : $"'{domain[..Math.Min(domain.Length, 64)]}'")}; it names the wiki to ask."));
}
