using System.Diagnostics.CodeAnalysis;

namespace Millrace.Core;

/// <summary>What the pipeline asks of schemas: is this what it says it is?</summary>
/// <remarks>Both answers are for the one event at hand: a refusal is an outcome, never an exception. Safe for concurrent use.</remarks>
public interface IEventSchemas
{
    /// <summary>
    /// Decodes a record's value into an event that matches the schema that it names, or says what is wrong with it:
    /// broken UTF-8 or JSON, no object, a missing, absolute or unknown <c>$schema</c>, fields that do not match.
    /// </summary>
    /// <param name="record">The record; its value is not null.</param>
    /// <param name="decoded">The event; the caller disposes of it.</param>
    /// <param name="error">Why there is no event; its message names the field.</param>
    bool TryDecode(EventRecord record, [NotNullWhen(true)] out Event? decoded, [NotNullWhen(false)] out StageError? error);

    /// <summary>Checks an encoded event against a schema. True when it matches.</summary>
    /// <param name="schemaUri">The schema, such as <c>/page/change/1.0.0</c>.</param>
    /// <param name="utf8Json">One JSON object.</param>
    /// <param name="error">Why it does not match; its message names the field.</param>
    bool TryValidate(string schemaUri, ReadOnlyMemory<byte> utf8Json, [NotNullWhen(false)] out StageError? error);

    /// <summary>The title of a schema, such as <c>mediawiki/page/change</c>.</summary>
    /// <param name="schemaUri">The schema, such as <c>/mediawiki/page/change/1.3.0</c>.</param>
    /// <returns>The title; null where the schema has none or is unknown.</returns>
    string? TitleOf(string schemaUri);
}
