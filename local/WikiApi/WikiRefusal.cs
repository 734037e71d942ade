using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>The API's own error: mostly 200, with the code in the body and in a header, as MediaWiki does it.</summary>
internal sealed record WikiRefusal(int Status, string Code, string Text)
{
    public WikiRefusal(string code, string text)
        : this(StatusCodes.Status200OK, code, text)
    {
    }

    public async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers["MediaWiki-API-Error"] = Code;
        await using var json = new Utf8JsonWriter(response.BodyWriter.AsStream(leaveOpen: true));
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", Code);
        json.WriteString("info", Text);
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }
}
