using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>Writes what became of events, as clients of such intakes know it.</summary>
internal sealed class EventAnswer(IntakeOptions options)
{
    private const int FlushBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Answers: 201 all stored, 207 some, 400 all invalid, 503 none and another try may help, 500 none otherwise.</summary>
    public async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, IntakeResult result, CancellationToken cancellation)
    {
        var status = StatusOf(result.Fates);
        response.StatusCode = status;
        if (status == StatusCodes.Status201Created)
        {
            return;
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            AskToRetry(response);
        }

        response.ContentType = "application/json";
        var json = new Utf8JsonWriter(response.BodyWriter, Options);
        await using var end = json.ConfigureAwait(false);
        json.WriteStartObject();
        await WriteAsync(response, json, "invalid", body, result, fate => fate.IsInvalid, cancellation).ConfigureAwait(false);
        if (status != StatusCodes.Status400BadRequest)
        {
            await WriteAsync(response, json, "error", body, result, fate => !fate.IsInvalid && !fate.IsStored, cancellation).ConfigureAwait(false);
        }

        json.WriteEndObject();
    }

    /// <summary>Answers a request that was refused as a whole.</summary>
    public async Task WriteAsync(HttpResponse response, RequestRefusal refusal, CancellationToken cancellation)
    {
        response.StatusCode = refusal.Status;
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            AskToRetry(response);
        }

        if (refusal.Message.Length > 0)
        {
            object answer = refusal.Status == StatusCodes.Status400BadRequest
                ? new { invalid = (object[])[new { status = "invalid", @event = (object?)null, context = new { message = refusal.Message } }] }
                : new { message = refusal.Message };
            await response.WriteAsJsonAsync(answer, cancellation).ConfigureAwait(false);
        }
    }

    private static int StatusOf(EventFate[] fates)
    {
        var (stored, invalid, retry) = (0, 0, false);
        foreach (var fate in fates)
        {
            stored += fate.IsStored ? 1 : 0;
            invalid += fate.IsInvalid ? 1 : 0;
            retry |= fate.MayRetry;
        }

        return stored == fates.Length ? StatusCodes.Status201Created
            : stored > 0 ? StatusCodes.Status207MultiStatus
            : invalid == fates.Length ? StatusCodes.Status400BadRequest
            : retry ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
    }

    private void AskToRetry(HttpResponse response) =>
        response.Headers.RetryAfter = ((int)options.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static async Task WriteAsync(
        HttpResponse response, Utf8JsonWriter json, string name, ReadOnlyMemory<byte> body, IntakeResult result, Func<EventFate, bool> which, CancellationToken cancellation)
    {
        json.WriteStartArray(name);
        for (var index = 0; index < result.Fates.Length; index++)
        {
            if (!which(result.Fates[index]))
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("status", name);
            json.WritePropertyName("event");
            json.WriteRawValue(result.Ranges[index].In(body.Span), skipInputValidation: true);
            WriteContext(json, result.Fates[index]);
            json.WriteEndObject();
            if (json.BytesPending + response.BodyWriter.UnflushedBytes > FlushBytes)
            {
                json.Flush();
                await response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteContext(Utf8JsonWriter json, in EventFate fate)
    {
        json.WriteStartObject("context");
        if (fate.Refusal is { Faults: { Count: > 0 } faults })
        {
            json.WriteStartArray("errors");
            foreach (var fault in faults)
            {
                Write(json, fault);
            }

            json.WriteEndArray();
            json.WriteString("errorsText", fate.Message);
        }
        else
        {
            json.WriteString("message", fate.Message);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FieldFault fault)
    {
        json.WriteStartObject();
        json.WriteString("keyword", fault.Keyword);
        json.WriteString("dataPath", fault.Path);
        json.WriteString("message", fault.Sentence);
        json.WriteEndObject();
    }
}
