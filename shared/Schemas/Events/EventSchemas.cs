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
/// at most 64 levels.
/// </remarks>
/// <param name="repository">Where schemas come from.</param>
public sealed class EventSchemas(SchemaRepository repository) : IEventSchemas
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Evaluation.MaxDepth, AllowDuplicateProperties = false };

    /// <inheritdoc cref="SchemaRepository.Require"/>
    public void Require(string schemaUri) => repository.Require(schemaUri);

    /// <inheritdoc/>
    public string? TitleOf(string schemaUri) =>
        repository.TryFind(schemaUri, out var schema, out _) ? schema.Schema.Title : null;

    /// <inheritdoc/>
    public bool TryDecode(EventRecord record, [NotNullWhen(true)] out Event? decoded, [NotNullWhen(false)] out StageError? error)
    {
        ArgumentNullException.ThrowIfNull(record);
        decoded = null;
        if (record.Value is null)
        {
            error = new StageError(ErrorTypes.NullValue, "The record has no value.");
            return false;
        }

        error = Parse(record.Value, out var document);
        if (error is not null)
        {
            return false;
        }

        error = Check(document!.RootElement, out var schema);
        if (error is null)
        {
            document!.Dispose();
            decoded = new Event(record, schema!.Uri, EventFields.Find(record.Value));
            return true;
        }

        error = EventOrigin.Of(record.Value).AddTo(error);
        document.Dispose();
        return false;
    }

    /// <inheritdoc/>
    public bool TryValidate(string schemaUri, ReadOnlyMemory<byte> utf8Json, [NotNullWhen(false)] out StageError? error)
    {
        error = Parse(utf8Json, out var document);
        if (error is not null)
        {
            return false;
        }

        using (document)
        {
            error = document!.RootElement.ValueKind != JsonValueKind.Object ? NotAnObject(document.RootElement)
                : repository.TryFind(schemaUri, out var schema, out var unknown) ? Validate(document.RootElement, schema.Schema)
                : unknown;
        }

        error = error is null ? null : EventOrigin.Of(utf8Json.Span).AddTo(error) with { SchemaUri = schemaUri };
        return error is null;
    }

    // Null where all is well; the document is then the caller's.
    private static StageError? Parse(ReadOnlyMemory<byte> utf8Json, out JsonDocument? document)
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

    private StageError? Check(JsonElement root, out CompiledSchema? schema)
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

        return TryFind(uri, out schema, out var error) ? Validate(root, schema.Schema) : error;
    }

    private bool TryFind(JsonElement uri, [NotNullWhen(true)] out CompiledSchema? schema, [NotNullWhen(false)] out StageError? error)
    {
        var utf8 = JsonText.Unescape(JsonText.Raw(uri));

        // A text that is too long for a schema URI is refused for its length, however much of it is looked at.
        utf8 = utf8[..Math.Min(utf8.Length, SchemaUri.MaxLength + 1)];
        Span<char> text = stackalloc char[SchemaUri.MaxLength + 1];
        return repository.TryFind(text[..Encoding.UTF8.GetChars(utf8, text)], out schema, out error);
    }

    private static StageError? Validate(JsonElement root, JsonSchema schema)
    {
        var violations = new List<SchemaViolation>();
        return schema.Validate(root, violations) ? null : new StageError(ErrorTypes.InvalidEvent, string.Join(", ", violations));
    }

    private static StageError NotAnObject(JsonElement root) =>
        new(ErrorTypes.NotAnObject, $"An event must be a JSON object, but this is {JsonExcerpt.Of(root)}.");
}
