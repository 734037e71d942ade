using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Functions.Tests;

/// <summary>A wiki that answers by a script, the last line of it for ever, and remembers what it was asked and when.</summary>
internal sealed class ScriptedWiki(TimeProvider time, params string[] script) : HttpMessageHandler
{
    public const string NotFound = """{ "batchcomplete": true, "query": { "badrevids": { "42": { "revid": 42, "missing": true } } } }""";

    public List<Uri> Asked { get; } = [];

    public List<DateTimeOffset> Times { get; } = [];

    public static string Text(string content) => Slots(("main", content));

    public static string Slots(params (string Role, string Content)[] slots) => Answer(new JsonObject(slots.Select(slot =>
        KeyValuePair.Create(slot.Role, (JsonNode?)new JsonObject { ["contentmodel"] = "model-of-the-wiki", ["contentformat"] = "format/of-the-wiki", ["content"] = slot.Content }))));

    public static string Answer(JsonObject slots, JavaScriptEncoder? encoder = null) => new JsonObject
    {
        ["batchcomplete"] = true,
        ["query"] = new JsonObject
        {
            ["pages"] = new JsonArray(new JsonObject
            {
                ["pageid"] = 17,
                ["revisions"] = new JsonArray(new JsonObject { ["slots"] = slots }),
            }),
        },
    }.ToJsonString(new JsonSerializerOptions { Encoder = encoder });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!);
        Times.Add(time.GetUtcNow());
        var answer = script[Math.Min(Asked.Count, script.Length) - 1];
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer)) });
    }
}
