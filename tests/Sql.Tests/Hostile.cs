using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Sql.Tests;

/// <summary>A schema whose names and descriptions try to end the statement that they stand in.</summary>
internal static class Hostile
{
    public const string Comment = """it's "one" `line` \' -- ; DROP TABLE x; $$ ${hiveconf:x} /* é漢🦆 */ \""";

    public static IReadOnlyList<string> Names { get; } =
        ["select", "from", "order by", "it's", "\"quoted\"", "`ticked`", "a.b", "x; DROP TABLE test_stream; --", "\\", "/*", "*/", "$1", ":p", "@p", "?", "été", "漢字", "🦆", " ", "'", "\"", "`", "%s", "1", "user"];

    public static string Schema { get; } = new JsonObject
    {
        ["type"] = "object",
        ["description"] = Comment,
        ["properties"] = Properties(name => Property(Properties(_ => new JsonObject { ["type"] = "string", ["description"] = Comment }))),
    }.ToJsonString();

    public static JsonElement Event { get; } = JsonElement.Parse(Fields(name => Fields(below => $"{name} {below}")).ToJsonString());

    private static JsonObject Property(JsonObject properties) => new() { ["type"] = "object", ["description"] = Comment, ["properties"] = properties };

    private static JsonObject Properties(Func<string, JsonNode> property) => Fields(property);

    private static JsonObject Fields(Func<string, JsonNode?> value) => new(Names.Select(name => KeyValuePair.Create(name, value(name))));
}
