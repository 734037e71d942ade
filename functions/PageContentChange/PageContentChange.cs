using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Fills page changes with the content of their revision.</summary>
/// <remarks>
/// Deletions and revisions whose content is hidden pass through without. By the rules of Wikimedia's
/// <c>page_content_change</c>: a revision that the wiki does not know is asked for again while the event is young.
/// </remarks>
public sealed class PageContentChange(ContentApi wiki) : Enrichment
{
    /// <inheritdoc/>
    protected override async ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation)
    {
        var richer = EventDraft.From(input);
        var revision = input.Root.Child("revision"u8);
        var isDeletion = input.Root.Child("page_change_kind"u8).ValueEquals("delete"u8);
        if (isDeletion || revision.Child("is_content_visible"u8).Flag() == false || revision.Child("rev_id"u8).Number() is not { } id)
        {
            return Emit(richer);
        }

        var found = await wiki.SlotsAsync(input, id, cancellation).ConfigureAwait(false);
        var expected = revision.Child("content_slots"u8);
        var slots = richer.Root.Child("revision").Child("content_slots");
        foreach (var slot in (expected.ValueKind == JsonValueKind.Object ? expected : found).EnumerateObject())
        {
            if (Fill(slots.Child(slot.Name), slot, found.Child(slot.Name)) is { } error)
            {
                return Fail(error);
            }
        }

        return Emit(richer);
    }

    private static StageError? Fill(ObjectDraft slot, JsonProperty expected, JsonElement found)
    {
        var content = found.Child("content"u8);
        if (content.ValueKind != JsonValueKind.String)
        {
            var why = found.Child("texthidden"u8).ValueKind != JsonValueKind.Undefined ? "it is hidden" : "the wiki has none";
            return new StageError(ContentErrors.ContentNotFound, $"'.revision.content_slots.{expected.Name}.content_body' cannot be filled: {why}.");
        }

        slot.Set("content_body", content);

        // The event knows its slots, as a rule; where it does not, they are the answer's.
        if (expected.Value.Child("slot_role"u8).ValueKind == JsonValueKind.Undefined)
        {
            slot.Set("slot_role", expected.Name);
        }

        SetMissing(slot, expected, "content_model", found.Child("contentmodel"u8));
        SetMissing(slot, expected, "content_format", found.Child("contentformat"u8));
        return null;
    }

    private static void SetMissing(ObjectDraft slot, JsonProperty expected, string name, JsonElement value)
    {
        if (expected.Value.Child(name).ValueKind == JsonValueKind.Undefined)
        {
            slot.Set(name, value);
        }
    }
}

/// <summary>The function that feeds <see cref="PageContentChange"/>.</summary>
public sealed class PageContentChangeTrigger(StageTrigger<PageContentChange> stage)
{
    /// <summary>Called by the host with the records of a batch.</summary>
    [Function(nameof(PageContentChange))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:PageContentChange:Topics%", ConsumerGroup = nameof(PageContentChange), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
