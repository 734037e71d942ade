using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>Events as the app's schemas show them.</summary>
internal static class SchemaExample
{
    /// <summary>The first example of the newest schema of a stream, as an event of that stream, with other fields over its own (a merge patch, RFC 7396).</summary>
    /// <exception cref="FixtureException">The app has no such schema, or it has no example.</exception>
    public static byte[] Of(StreamDefinition stream, JsonElement changes)
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "jsonschema", stream.SchemaTitle);
        var newest = Directory.Exists(directory)
            ? Directory.GetFiles(directory, "*.json").Where(file => Version.TryParse(Path.GetFileNameWithoutExtension(file), out _)).MaxBy(file => Version.Parse(Path.GetFileNameWithoutExtension(file)))
            : null;
        if (newest is null || JsonNode.Parse(File.ReadAllBytes(newest))?["examples"] is not JsonArray { Count: > 0 } examples || examples[0] is not JsonObject example)
        {
            throw new FixtureException($"There is no example of {stream.Name}: {newest ?? directory} has none. Write the fixture's input.json instead.");
        }

        var named = (JsonObject)(example["meta"] ??= new JsonObject());
        named["stream"] = stream.Name;
        return JsonSerializer.SerializeToUtf8Bytes(Merge(example, JsonObject.Create(changes)!));
    }

    private static JsonObject Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else
            {
                target[name] = value is JsonObject inner ? Merge(target[name] as JsonObject is { } old ? old.DeepClone().AsObject() : [], inner) : value.DeepClone();
            }
        }

        return target;
    }
}
