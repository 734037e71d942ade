using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>Writes a revision as the action API does (formatversion 2): with content, without, or as missing.</summary>
internal static class WikiRevision
{
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpResponse response, WikiRequest request, WikiAnswer answer, long hugeBytes, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        Write(body, request, answer);
        response.ContentType = "application/json; charset=utf-8";
        if (answer == WikiAnswer.Huge)
        {
            await WriteHugeAsync(response, request, body.WrittenMemory, hugeBytes, cancellationToken);
            return;
        }

        var length = answer == WikiAnswer.Truncated ? body.WrittenCount / 2 : body.WrittenCount;
        response.ContentLength = length;
        await response.Body.WriteAsync(body.WrittenMemory[..length], cancellationToken);
    }

    /// <summary>Repeats the content inside of its string, without ever holding all of it.</summary>
    private static async Task WriteHugeAsync(HttpResponse response, WikiRequest request, ReadOnlyMemory<byte> body, long hugeBytes, CancellationToken cancellationToken)
    {
        var content = Wikitext.Of(request.Domain, request.Revision);
        ReadOnlyMemory<byte> escaped = JsonEncodedText.Encode(content, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();
        var start = body.Span.IndexOf(escaped.Span);
        await response.Body.WriteAsync(body[..start], cancellationToken);
        var length = System.Text.Encoding.UTF8.GetByteCount(content);
        for (var written = 0L; written < hugeBytes; written += length)
        {
            await response.Body.WriteAsync(escaped, cancellationToken);
        }

        await response.Body.WriteAsync(body[(start + escaped.Length)..], cancellationToken);
    }

    private static void Write(IBufferWriter<byte> body, WikiRequest request, WikiAnswer answer)
    {
        using var json = new Utf8JsonWriter(body, Unescaped);
        json.WriteStartObject();
        json.WriteBoolean("batchcomplete", true);
        json.WriteStartObject("query");
        if (answer == WikiAnswer.NotFound)
        {
            WriteMissing(json, request.Revision);
        }
        else
        {
            WritePage(json, request, hidden: answer == WikiAnswer.Hidden);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter json, long revision)
    {
        json.WriteStartObject("badrevids");
        json.WriteStartObject(revision.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("revid", revision);
        json.WriteBoolean("missing", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePage(Utf8JsonWriter json, WikiRequest request, bool hidden)
    {
        json.WriteStartArray("pages");
        json.WriteStartObject();
        json.WriteNumber("pageid", Wikitext.PageId(request.Domain, request.Revision));
        json.WriteNumber("ns", 0);
        json.WriteString("title", Wikitext.Title(request.Domain, request.Revision));
        json.WriteStartArray("revisions");
        json.WriteStartObject();
        json.WriteStartObject("slots");
        json.WriteStartObject("main");
        json.WriteString("contentmodel", "wikitext");
        json.WriteString("contentformat", "text/x-wiki");
        if (hidden)
        {
            json.WriteBoolean("texthidden", true);
        }
        else
        {
            json.WriteString("content", Wikitext.Of(request.Domain, request.Revision));
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
