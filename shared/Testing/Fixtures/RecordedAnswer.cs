using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>What a server answers to one request, the first time, the second time and so on; the last holds for ever.</summary>
/// <remarks>
/// A file has <c>request</c> (<c>GET https://…</c>), and <c>status</c> (200 unless set), <c>headers</c> and <c>body</c> (JSON, or a text
/// as a string); or <c>answers</c>, a list of those. <c>sent</c> is the JSON that a request has to carry.
/// </remarks>
internal sealed class RecordedAnswer
{
    private static readonly string[] OfAnswer = ["status", "headers", "body"];
    private static readonly JsonSerializerOptions Indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    private readonly JsonElement[] _answers;
    private readonly JsonElement _sent;
    private int _asked;

    private RecordedAnswer(string file, string request, JsonElement sent, JsonElement[] answers) => (File, Request, _sent, _answers) = (file, request, sent, answers);

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The request: its method and address.</summary>
    public string Request { get; }

    /// <summary>Whether anybody has asked.</summary>
    public bool WasAsked => _asked > 0;

    /// <summary>A request as it is written: its method and address.</summary>
    public static string Describe(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsoluteUri}";

    /// <exception cref="FixtureException">The file cannot be used.</exception>
    public static RecordedAnswer Read(string path)
    {
        try
        {
            var root = JsonElement.Parse(System.IO.File.ReadAllBytes(path));
            var hasList = root.Child("answers").ValueKind == JsonValueKind.Array && root.Child("answers").GetArrayLength() > 0;
            Check(path, root, hasList ? ["request", "sent", "answers"] : ["request", "sent", .. OfAnswer]);
            var request = root.Child("request").Text();
            if (request?.Split(' ') is not [var method, var address] || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
            {
                throw new FixtureException($"{path}: request is {(request is null ? "missing" : $"'{request}'")}; allowed is a method and an address, such as GET https://example.org/.");
            }

            JsonElement[] answers = hasList ? [.. root.Child("answers").EnumerateArray()] : [root];
            foreach (var answer in answers)
            {
                Check(path, answer, hasList ? OfAnswer : ["request", "sent", .. OfAnswer]);
            }

            return new RecordedAnswer(Path.GetFileName(path), $"{method} {uri.AbsoluteUri}", root.Child("sent"), answers);
        }
        catch (JsonException wrong)
        {
            throw new FixtureException($"{path} cannot be read: {wrong.Message}", wrong);
        }
    }

    /// <summary>Writes the file of an answer that was given just now.</summary>
    public static void Write(string path, string request, byte[]? sent, HttpResponseMessage response, byte[] body)
    {
        var file = new JsonObject { ["request"] = request };
        if (sent is not null && Json(sent) is { } posted)
        {
            file["sent"] = posted;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            file["status"] = (int)response.StatusCode;
        }

        if (response.Headers.RetryAfter is { } pause)
        {
            file["headers"] = new JsonObject { ["Retry-After"] = pause.ToString() };
        }

        file["body"] = Json(body) ?? JsonValue.Create(Encoding.UTF8.GetString(body));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, file.ToJsonString(Indented) + "\n");
    }

    /// <summary>Whether this is the answer to a request with that body.</summary>
    public bool Fits(string request, byte[]? sent) => request == Request
        && (_sent.ValueKind == JsonValueKind.Undefined || (sent is not null && Json(sent) is { } json && JsonElement.DeepEquals(_sent, json.Deserialize<JsonElement>())));

    /// <summary>The next answer.</summary>
    public HttpResponseMessage Answer()
    {
        var answer = _answers[Math.Min(Interlocked.Increment(ref _asked), _answers.Length) - 1];
        var (body, isText) = answer.Child("body") switch
        {
            { ValueKind: JsonValueKind.Undefined } => ("", true),
            { ValueKind: JsonValueKind.String } text => (text.GetString()!, true),
            var json => (json.GetRawText(), false),
        };
        var response = new HttpResponseMessage((HttpStatusCode)(answer.Child("status").Number() ?? 200)) { Content = new StringContent(body, Encoding.UTF8, isText ? "text/plain" : "application/json") };
        if (answer.Child("headers") is { ValueKind: JsonValueKind.Object } headers)
        {
            foreach (var header in headers.EnumerateObject())
            {
                if (!response.Headers.TryAddWithoutValidation(header.Name, header.Value.ToString()))
                {
                    response.Content.Headers.Remove(header.Name);
                    response.Content.Headers.TryAddWithoutValidation(header.Name, header.Value.ToString());
                }
            }
        }

        return response;
    }

    private static JsonNode? Json(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Check(string path, JsonElement item, string[] allowed)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new FixtureException($"{path} has {item.ValueKind}; allowed is an object with {string.Join(", ", allowed)}.");
        }

        if (item.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !allowed.Contains(name)) is { } unknown)
        {
            throw new FixtureException($"{path}: '{unknown}' is unknown; allowed are {string.Join(", ", allowed)}.");
        }

        if (item.Child("status") is { ValueKind: not JsonValueKind.Undefined } status && status.Number() is not (>= 100 and <= 599))
        {
            throw new FixtureException($"{path}: status is {status.GetRawText()}; allowed is 100 to 599.");
        }
    }
}
