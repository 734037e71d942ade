using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas.Tests;

/// <summary>Small random changes of a JSON object: a field less, a field more, another value.</summary>
internal static class Mutation
{
    private static readonly string[] Values =
        ["null", "true", "-1", "0", "1.5", "9007199254740992", "\"\"", "\"text\"", "\"2026-01-31T12:00:00Z\"", "[]", "[1]", "[\"a\"]", "{}", "{\"a\":1}"];

    public static string Of(JsonElement example, Random random)
    {
        var root = JsonNode.Parse(example.GetRawText())!.AsObject();
        var objects = Objects(root).ToList();
        var target = objects[random.Next(objects.Count)];
        var names = target.Select(property => property.Key).ToList();
        var name = names.Count == 0 || random.Next(5) == 0 ? "extra" : names[random.Next(names.Count)];
        if (random.Next(4) == 0)
        {
            target.Remove(name);
        }
        else
        {
            target[name] = JsonNode.Parse(Values[random.Next(Values.Length)]);
        }

        return root.ToJsonString();
    }

    private static IEnumerable<JsonObject> Objects(JsonObject value) =>
        value.Select(property => property.Value).OfType<JsonObject>().SelectMany(Objects).Prepend(value);
}
