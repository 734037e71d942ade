using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Makes page changes, which carry the page's state, of the older events about revisions and new pages.</summary>
/// <remarks>
/// Kinds <c>create</c> and <c>edit</c>, in the shape of Wikimedia's <c>mediawiki/page/change</c>. A new page, or a
/// revision without a parent, is a creation; any other revision is an edit.
/// </remarks>
public sealed class PageChange(PageChangeSettings settings) : Enrichment
{
    /// <inheritdoc/>
    protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation)
    {
        var revision = input.Root;
        var parent = revision.Child("rev_parent_id"u8).Number() is { } id and > 0 ? id : (long?)null;
        var isNewPage = input.Stream == settings.NewPages;
        if (!isNewPage && parent is null && settings.FirstRevisions == FirstRevisions.Filter)
        {
            return new(Filter("first_revision"));
        }

        var isEdit = !isNewPage && parent is not null;
        var change = EventDraft.Empty();
        change.Root
            .Set("changelog_kind", isEdit ? "update" : "insert")
            .Set("page_change_kind", isEdit ? "edit" : "create")
            .Set("dt", revision.Child("rev_timestamp"u8))
            .Set("wiki_id", revision.Child("database"u8));
        SetPage(change.Root.Child("page"), revision);
        SetUser(change.Root.Child("performer"), revision.Child("performer"u8));
        SetRevision(change.Root.Child("revision"), revision, parent);
        if (isEdit)
        {
            change.Root.Child("prior_state").Child("revision").Set("rev_id", parent);
        }

        return new(Emit(change));
    }

    private static void SetPage(ObjectDraft page, JsonElement revision) => page
        .Set("page_id", revision.Child("page_id"u8))
        .Set("page_title", revision.Child("page_title"u8))
        .Set("namespace_id", revision.Child("page_namespace"u8))
        .Set("is_redirect", revision.Child("page_is_redirect"u8));

    private static void SetUser(ObjectDraft user, JsonElement performer) => user
        .Set("user_text", performer.Child("user_text"u8))
        .Set("groups", performer.Child("user_groups"u8))
        .Set("is_bot", performer.Child("user_is_bot"u8))
        .Set("user_id", performer.Child("user_id"u8))
        .Set("registration_dt", performer.Child("user_registration_dt"u8))
        .Set("edit_count", performer.Child("user_edit_count"u8));

    private static void SetRevision(ObjectDraft target, JsonElement revision, long? parent)
    {
        target
            .Set("rev_id", revision.Child("rev_id"u8))
            .Set("rev_parent_id", parent)
            .Set("rev_dt", revision.Child("rev_timestamp"u8))
            .Set("is_minor_edit", revision.Child("rev_minor_edit"u8))
            .Set("rev_sha1", revision.Child("rev_sha1"u8))
            .Set("rev_size", revision.Child("rev_len"u8))
            .Set("comment", revision.Child("comment"u8));
        SetUser(target.Child("editor"), revision.Child("performer"u8));

        // What is hidden later is told by a visibility change; a new revision never is.
        target.Set("is_content_visible", true).Set("is_editor_visible", true).Set("is_comment_visible", true);
        SetSlots(target.Child("content_slots"), revision);
    }

    private static void SetSlots(ObjectDraft slots, JsonElement revision)
    {
        if (revision.Child("rev_slots"u8) is { ValueKind: JsonValueKind.Object } named)
        {
            foreach (var slot in named.EnumerateObject())
            {
                slots.Child(slot.Name)
                    .Set("slot_role", slot.Name)
                    .Set("content_model", slot.Value.Child("rev_slot_content_model"u8))
                    .Set("content_sha1", slot.Value.Child("rev_slot_sha1"u8))
                    .Set("content_size", slot.Value.Child("rev_slot_size"u8))
                    .Set("origin_rev_id", slot.Value.Child("rev_slot_origin_rev_id"u8));
            }

            return;
        }

        // Events from before slots have one content, the main one.
        slots.Child("main")
            .Set("slot_role", "main")
            .Set("content_model", revision.Child("rev_content_model"u8))
            .Set("content_sha1", revision.Child("rev_sha1"u8))
            .Set("content_size", revision.Child("rev_len"u8))
            .Set("content_format", revision.Child("rev_content_format"u8))
            .Set("origin_rev_id", revision.Child("rev_id"u8));
    }
}

/// <summary>The functions that feed <see cref="PageChange"/>, one for each of its inputs.</summary>
public sealed class PageChangeTrigger(StageTrigger<PageChange> stage)
{
    /// <summary>Called by the host with a batch of the first input.</summary>
    [Function(nameof(PageChange))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:PageChange:Topics:0%", ConsumerGroup = nameof(PageChange), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);

    /// <summary>Called by the host with a batch of the second input.</summary>
    [Function(nameof(PageChange) + "_1")]
    public Task RunSecond(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:PageChange:Topics:1%", ConsumerGroup = nameof(PageChange), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
