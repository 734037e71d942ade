using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>Makes the record of an event, or says why it is not taken.</summary>
internal sealed class Admission(EventSchemas schemas, StreamRoutes routes, IntakeOptions options)
{
    private const int MaxName = 256;

    /// <summary>Looks at one event of a body.</summary>
    /// <param name="scan">The body.</param>
    /// <param name="index">Which of its events.</param>
    /// <param name="values">What the request has to fill in.</param>
    /// <param name="headers">The record's headers.</param>
    /// <param name="record">The record.</param>
    /// <param name="refusal">Why there is none.</param>
    public bool TryAdmit(
        BodyScan scan, int index, RequestValues values, IReadOnlyList<RecordHeader> headers, [NotNullWhen(true)] out OutputRecord? record, [NotNullWhen(false)] out EventRefusal? refusal)
    {
        record = null;
        var places = scan.PlacesOf(index);
        if (!places[0].IsObject)
        {
            refusal = Refuse(ErrorTypes.NotAnObject, "An event must be a JSON object.");
            return false;
        }

        if (!TryFindSchema(scan.Body, places, out var schema, out refusal) || !TryFindStream(scan.Body, places, schema, out var route, out refusal))
        {
            return false;
        }

        values.NextId();
        var range = scan.RangeOf(index);
        var value = schema.WithDefaults(route.FillFor(schema).Apply(range.In(scan.Body), range.Start, places, values));
        if (value.Length > options.MaxEventBytes)
        {
            refusal = Refuse(ErrorTypes.EventTooLarge, $"The event has {value.Length} bytes; allowed are {options.MaxEventBytes}.", schema, route);
            return false;
        }

        if (!schema.TryCheck(value, route.Stream.Key, out var fields, out var key, out var mismatch))
        {
            refusal = new EventRefusal(mismatch.Error with { SchemaUri = schema.Uri, Stream = route.Stream.Name }) { Faults = mismatch.Faults };
            return false;
        }

        record = new OutputRecord { Topic = route.Topic!, Key = key, Value = value, Headers = headers, Timestamp = TimeOf(value, fields[(int)EventField.ReceiveTime], values) };
        return true;
    }

    private bool TryFindSchema(ReadOnlySpan<byte> body, ReadOnlySpan<FieldPlace> places, [NotNullWhen(true)] out EventSchema? schema, [NotNullWhen(false)] out EventRefusal? refusal)
    {
        Span<char> text = stackalloc char[MaxName];
        (schema, refusal) = (null, null);
        if (Text(places[routes.Map.Schema].In(body), text) is not { Length: > 0 } uri)
        {
            refusal = Refuse(ErrorTypes.MissingSchema, $"'.$schema' must be a text of 1 to {MaxName} characters, such as /page/change/1.0.0.");
        }
        else if (!schemas.TryGet(uri, out schema, out var error))
        {
            refusal = new EventRefusal(error);
        }
        else if (schema.Unbounded.Count > 0 && !options.AllowUnboundedSchemas)
        {
            refusal = Refuse("insecure_schema", $"'.$schema' names '{schema.Uri}', which is not taken from strangers: {schema.Unbounded[0]}.", schema);
        }

        return refusal is null;
    }

    private bool TryFindStream(ReadOnlySpan<byte> body, ReadOnlySpan<FieldPlace> places, EventSchema schema, [NotNullWhen(true)] out StreamRoute? route, [NotNullWhen(false)] out EventRefusal? refusal)
    {
        Span<char> text = stackalloc char[MaxName];
        (route, refusal) = (null, null);
        if (Text(places[routes.Map.Stream].In(body), text) is not { Length: > 0 } name)
        {
            refusal = Refuse("missing_stream", $"'.meta.stream' must be a text of 1 to {MaxName} characters.", schema);
        }
        else if (!routes.TryGet(name, out route))
        {
            refusal = Refuse("unknown_stream", $"'.meta.stream' is '{Excerpt.Of(name)}', which is no stream that is taken here.", schema);
        }
        else if (schema.Title != route.Stream.SchemaTitle)
        {
            refusal = Refuse(ErrorTypes.WrongSchemaTitle, $"'.$schema' names '{schema.Uri}' of title '{schema.Title}', but stream '{route.Stream.Name}' takes '{route.Stream.SchemaTitle}'.", schema, route);
        }
        else if (route.Topic is null)
        {
            refusal = Refuse("no_topic", $"Stream '{route.Stream.Name}' has no topic that is written here; the setting Millrace:Datacenter chooses it.", schema, route);
        }

        return refusal is null;
    }

    // Nothing where the value is no string, or is too long.
    private static ReadOnlySpan<char> Text(ReadOnlySpan<byte> json, Span<char> buffer)
    {
        if (json.Length < 2 || json[0] != '"' || json.Length > 6 * MaxName)
        {
            return default;
        }

        if (!json.Contains((byte)'\\'))
        {
            return json.Length - 2 <= MaxName ? buffer[..Encoding.UTF8.GetChars(json[1..^1], buffer)] : default;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return reader.GetString() is { Length: <= MaxName } text ? text : default;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text.
            return default;
        }
    }

    // Kafka counts from 1970.
    private static DateTimeOffset TimeOf(ReadOnlySpan<byte> value, FieldRange range, RequestValues values)
    {
        var reader = new Utf8JsonReader(range.In(value));
        return range.Length > 0 && reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && time >= DateTimeOffset.UnixEpoch ? time : values.Now;
    }

    private static EventRefusal Refuse(string type, string message, EventSchema? schema = null, StreamRoute? route = null) =>
        new(new StageError(type, message) { SchemaUri = schema?.Uri, Stream = route?.Stream.Name });
}
