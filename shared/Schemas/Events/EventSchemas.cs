using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>Decodes and validates events against the schemas of a repository.</summary>
/// <remarks>
/// Besides the error types of the contract: <see cref="ErrorTypes.SchemaUnavailable"/> is transient, as nothing is known about
/// the event; <see cref="ErrorTypes.InvalidSchema"/> blames the repository. Both fall on the event, never on the caller.
/// JSON is taken strictly: no comments, no trailing commas, no byte order mark, no repeated names, no half surrogate pairs,
/// at most 64 levels. A valid event is read once, by the plan of its schema; any other is parsed, to say what is wrong with it.
/// </remarks>
/// <param name="repository">Where schemas come from.</param>
public sealed class EventSchemas(SchemaRepository repository) : IEventSchemas
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Evaluation.MaxDepth, AllowDuplicateProperties = false };

    /// <inheritdoc cref="SchemaRepository.Require"/>
    public void Require(string schemaUri) => repository.Require(schemaUri);

    /// <summary>Finds a schema, to ask it directly. Allocates nothing for one that was found before.</summary>
    /// <param name="schemaUri">The schema, such as <c>/page/change/1.0.0</c>.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="error">Why there is none, or none that can be used.</param>
    public bool TryGet(ReadOnlySpan<char> schemaUri, [NotNullWhen(true)] out EventSchema? schema, [NotNullWhen(false)] out StageError? error)
    {
        schema = repository.TryFind(schemaUri, out var found, out error) ? found.Asked : null;
        return schema is not null;
    }

    /// <inheritdoc/>
    public string? TitleOf(string schemaUri) =>
        repository.TryFind(schemaUri, out var schema, out _) ? schema.Schema.Title : null;

    /// <inheritdoc/>
    public bool TryDecode(EventRecord record, [NotNullWhen(true)] out Event? decoded, [NotNullWhen(false)] out StageError? error)
    {
        ArgumentNullException.ThrowIfNull(record);
        decoded = Decode(record, key: null, out _, out error);
        return decoded is not null;
    }

    /// <summary>Decodes a record's value as <see cref="TryDecode(EventRecord, out Event?, out StageError?)"/> does, and makes its key on the way.</summary>
    /// <param name="record">The record; its value is not null.</param>
    /// <param name="key">How events of the record's stream are keyed; keep the instance, as a plan is compiled for it.</param>
    /// <param name="decoded">The event; the caller disposes of it.</param>
    /// <param name="keyBytes">The key.</param>
    /// <param name="error">Why there is no event, or no key: a field of the key is absent, null or no scalar.</param>
    public bool TryDecode(
        EventRecord record,
        MessageKey key,
        [NotNullWhen(true)] out Event? decoded,
        [NotNullWhen(true)] out byte[]? keyBytes,
        [NotNullWhen(false)] out StageError? error)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(key);
        decoded = Decode(record, key, out keyBytes, out error);
        return decoded is not null;
    }

    /// <inheritdoc/>
    public bool TryValidate(string schemaUri, ReadOnlyMemory<byte> utf8Json, [NotNullWhen(false)] out StageError? error)
    {
        error = null;
        if (repository.TryGetCompiled(schemaUri, out var known) && known.Schema.AcceptsObject(utf8Json.Span))
        {
            return true;
        }

        error = Parse(utf8Json, out var document);
        if (error is not null)
        {
            return false;
        }

        using (document)
        {
            error = document!.RootElement.ValueKind != JsonValueKind.Object ? NotAnObject(document.RootElement)
                : repository.TryFind(schemaUri, out var schema, out var unknown) ? Validate(utf8Json.Span, document.RootElement, schema.Schema)
                : unknown;
        }

        error = error is null ? null : EventOrigin.Of(utf8Json.Span).AddTo(error) with { SchemaUri = schemaUri };
        return error is null;
    }

    /// <summary>Writes a schema's defaults into an event that lacks the fields.</summary>
    /// <param name="schemaUri">The schema, such as <c>/page/change/1.0.0</c>.</param>
    /// <param name="utf8Json">The event, valid or not.</param>
    /// <returns>The same array where no default is missing, the schema is unknown, or the event is no JSON; validation tells.</returns>
    public byte[] WithDefaults(string schemaUri, byte[] utf8Json)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        return repository.TryFind(schemaUri, out var schema, out _) && schema.Schema.Defaults is { } defaults ? defaults.Fill(utf8Json) : utf8Json;
    }

    // Null, and the error, where the value is no valid event, or has no key.
    private Event? Decode(EventRecord record, MessageKey? key, out byte[]? keyBytes, out StageError? error)
    {
        (keyBytes, error) = (null, null);
        if (record.Value is null)
        {
            error = new StageError(ErrorTypes.NullValue, "The record has no value.");
            return null;
        }

        Span<FieldRange> ranges = stackalloc FieldRange[EventFields.Count + (key?.Paths.Count ?? 0)];
        if (Read(record.Value, key, ranges) is not { } schema)
        {
            return Parse(record, key, out keyBytes, out error);
        }

        string? missing = null;
        if (key is not null && !key.TryCreate(record.Value, ranges[EventFields.Count..], out keyBytes, out missing))
        {
            error = EventOrigin.Of(record.Value).AddTo(NoKey(missing));
            return null;
        }

        var fields = default(EventFields);
        ranges[..EventFields.Count].CopyTo(fields);
        return new Event(record, schema.Uri, fields);
    }

    // Null where the value is no valid event as far as the plans can tell.
    private CompiledSchema? Read(ReadOnlySpan<byte> value, MessageKey? key, Span<FieldRange> ranges)
    {
        Span<char> buffer = stackalloc char[SchemaUri.MaxLength];
        ReadOnlySpan<char> guess = SchemaGuess.Of(value, buffer);
        if (TryRead(guess, value, key, ranges, out var schema))
        {
            return schema;
        }

        return EventOrigin.Of(value).SchemaUri is { } uri && !guess.SequenceEqual(uri) && TryRead(uri, value, key, ranges, out schema) ? schema : null;
    }

    // An event that is valid by the schema that was guessed, and names that schema itself, was guessed right.
    private bool TryRead(ReadOnlySpan<char> uri, ReadOnlySpan<byte> value, MessageKey? key, Span<FieldRange> ranges, [NotNullWhen(true)] out CompiledSchema? schema) =>
        repository.TryGetCompiled(uri, out schema)
        && (key is null ? schema.Schema.Plan : schema.Schema.PlanFor(key)).Check(value, ranges) == PlanVerdict.Accepted
        && SchemaGuess.IsConfirmed(ranges[(int)EventField.Schema].In(value), schema.Uri);

    // The long way: for what is wrong, for a schema's first event, and for what a plan leaves undecided.
    private Event? Parse(EventRecord record, MessageKey? key, out byte[]? keyBytes, out StageError? error)
    {
        keyBytes = null;
        error = Parse(record.Value, out var document);
        if (error is not null)
        {
            return null;
        }

        using (document)
        {
            error = Check(record.Value, document!.RootElement, out var schema);
            string? missing = null;
            if (error is null && (key is null || key.TryCreate(document.RootElement, out keyBytes, out missing)))
            {
                return new Event(record, schema!.Uri, EventFields.Find(record.Value));
            }

            error = EventOrigin.Of(record.Value).AddTo(error ?? NoKey(missing!));
            return null;
        }
    }

    // Null where all is well; the document is then the caller's.
    internal static StageError? Parse(ReadOnlyMemory<byte> utf8Json, out JsonDocument? document)
    {
        document = null;
        var error = BrokenText.Find(utf8Json.Span);
        try
        {
            document = error is null ? JsonDocument.Parse(utf8Json, Strict) : null;
        }
        catch (JsonException broken)
        {
            error = BrokenText.Describe(broken);
        }

        return error is null ? null : EventOrigin.Of(utf8Json.Span).AddTo(error);
    }

    private StageError? Check(ReadOnlySpan<byte> utf8Json, JsonElement root, out CompiledSchema? schema)
    {
        schema = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return NotAnObject(root);
        }

        if (!root.TryGetProperty("$schema"u8, out var uri))
        {
            return new StageError(ErrorTypes.MissingSchema, "'.$schema' is required");
        }

        if (uri.ValueKind != JsonValueKind.String)
        {
            return new StageError(ErrorTypes.MissingSchema, $"'.$schema' must be string, but is {JsonExcerpt.Of(uri)}");
        }

        return TryFind(uri, out schema, out var error) ? Validate(utf8Json, root, schema.Schema) : error;
    }

    private bool TryFind(JsonElement uri, [NotNullWhen(true)] out CompiledSchema? schema, [NotNullWhen(false)] out StageError? error)
    {
        var utf8 = JsonText.Unescape(JsonText.Raw(uri));

        // A text that is too long for a schema URI is refused for its length, however much of it is looked at.
        utf8 = utf8[..Math.Min(utf8.Length, SchemaUri.MaxLength + 1)];
        Span<char> text = stackalloc char[SchemaUri.MaxLength + 1];
        return repository.TryFind(text[..Encoding.UTF8.GetChars(utf8, text)], out schema, out error);
    }

    private static StageError? Validate(ReadOnlySpan<byte> utf8Json, JsonElement root, JsonSchema schema)
    {
        var violations = new List<SchemaViolation>();
        return schema.Validate(utf8Json, root, violations) ? null : new StageError(ErrorTypes.InvalidEvent, string.Join(", ", violations));
    }

    internal static StageError NoKey(string missing) =>
        new(ErrorTypes.InvalidEvent, $"'.{missing}' must be a string, a number or a boolean, as the stream is keyed by it");

    internal static StageError NotAnObject(JsonElement root) =>
        new(ErrorTypes.NotAnObject, $"An event must be a JSON object, but this is {JsonExcerpt.Of(root)}.");
}
