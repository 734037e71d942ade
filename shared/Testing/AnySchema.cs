using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>Schemas that every JSON object with a <c>$schema</c> matches: for tests that are about something else.</summary>
public sealed class AnySchema : IEventSchemas
{
    /// <summary>Why a record cannot be decoded; null where it can.</summary>
    public Func<EventRecord, StageError?> Decoding { get; set; } = _ => null;

    /// <summary>What is wrong with an encoded event; null where nothing is.</summary>
    public Func<string, JsonElement, StageError?> Check { get; set; } = (_, _) => null;

    /// <inheritdoc/>
    public bool TryDecode(EventRecord record, [NotNullWhen(true)] out Event? decoded, [NotNullWhen(false)] out StageError? error)
    {
        (decoded, error) = (null, Decoding(record));
        if (error is not null)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(record.Value);
            if (document.RootElement.Child("$schema").Text() is { } schema)
            {
                decoded = new Event(record, schema, EventFields.Find(record.Value));
                return true;
            }

            error = new StageError(ErrorTypes.MissingSchema, "'.$schema' is missing");
        }
        catch (JsonException broken)
        {
            error = new StageError(ErrorTypes.MalformedJson, broken.Message);
        }

        return false;
    }

    /// <inheritdoc/>
    public bool TryValidate(string schemaUri, ReadOnlyMemory<byte> utf8Json, [NotNullWhen(false)] out StageError? error)
    {
        using var document = JsonDocument.Parse(utf8Json);
        error = Check(schemaUri, document.RootElement);
        return error is null;
    }

    /// <summary>Everything before the version.</summary>
    public string? TitleOf(string schemaUri) => schemaUri.Contains('/', StringComparison.Ordinal) ? schemaUri[1..schemaUri.LastIndexOf('/')] : null;
}
