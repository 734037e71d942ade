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

    private readonly HttpLookup _lookup = lookups.Create(settings.Lookup, LifeOf);

    /// <summary>The slots of a revision, by role.</summary>
    /// <exception cref="StageException">There are none; the error is transient where they may yet turn up.</exception>
    public async ValueTask<JsonElement> SlotsAsync(Event change, long revision, CancellationToken cancellation)
    {
        var address = AddressTemplate.For(
            settings.ApiTemplate, change.Domain, $"action=query&prop=revisions&revids={revision}&rvslots=*&rvprop=content&format=json&formatversion=2");
        var answer = await _lookup.GetJsonAsync(address, cancellation).ConfigureAwait(false);
        if (answer.Child("error"u8) is { ValueKind: JsonValueKind.Object } error)
        {
            throw Failed(ContentErrors.ApiError, $"{address} answered with the error '{Quote(error.Child("code"u8))}': {Quote(error.Child("info"u8))}");
        }

        if (IsUnknown(answer))
        {
            throw Failed(ContentErrors.RevisionNotFound, $"{address} does not know revision {revision}.", MayTurnUpUntil(change.Time));
        }

        var slots = SlotsOf(answer);
        return slots.ValueKind == JsonValueKind.Object ? slots : throw Failed(ContentErrors.EmptyAnswer, $"{address} tells of no revision.");
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _lookup.Dispose();

    // The API says "not there" and "something went wrong" with a success: neither is to be kept as an answer.
    private static AnswerLife LifeOf(JsonElement answer) =>
        answer.Child("error"u8).ValueKind == JsonValueKind.Object ? AnswerLife.None
        : IsUnknown(answer) || SlotsOf(answer).ValueKind != JsonValueKind.Object ? AnswerLife.Missing
        : AnswerLife.Found;

    private static bool IsUnknown(JsonElement answer) => answer.Child("query"u8).Child("badrevids"u8).ValueKind == JsonValueKind.Object;

    private static JsonElement SlotsOf(JsonElement answer) => First(First(answer.Child("query"u8).Child("pages"u8)).Child("revisions"u8)).Child("slots"u8);

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
}
