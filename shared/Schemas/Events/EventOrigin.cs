using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>What can be read of an event's <c>$schema</c> and <c>meta.stream</c>, whatever state the event is in.</summary>
/// <param name="SchemaUri">The <c>$schema</c>; null where it cannot be read.</param>
/// <param name="Stream">The <c>meta.stream</c>; null where it cannot be read.</param>
internal readonly record struct EventOrigin(string? SchemaUri, string? Stream)
{
    private const int MaxLength = 1024;

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1024 };

    /// <summary>Reads an event up to its end, or to where it is broken.</summary>
    public static EventOrigin Of(ReadOnlySpan<byte> utf8Json)
    {
        var origin = default(EventOrigin);
        var reader = new Utf8JsonReader(utf8Json, Deep);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return origin;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("$schema"u8))
                {
                    origin = origin with { SchemaUri = ReadText(ref reader) ?? origin.SchemaUri };
                }
                else if (reader.ValueTextEquals("meta"u8))
                {
                    ReadMeta(ref reader, ref origin);
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // What was read before the break is what there is.
        }

        return origin;
    }

    /// <summary>The error, with what is known of the event it is about.</summary>
    public StageError AddTo(StageError error) => error with { SchemaUri = SchemaUri ?? error.SchemaUri, Stream = Stream };

    private static void ReadMeta(ref Utf8JsonReader reader, ref EventOrigin origin)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("stream"u8))
            {
                origin = origin with { Stream = ReadText(ref reader) ?? origin.Stream };
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxLength)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }
}
