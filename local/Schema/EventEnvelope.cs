using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The fields that every event has: those of Wikimedia's <c>fragment/common</c> 2.0.0, in our words.</summary>
internal static class EventEnvelope
{
    private static readonly string[] Fields = ["$schema", "meta", "dt"];

    /// <summary>Puts the fields in front of an object's own. A type may have them too: its further <c>meta</c> fields stay.</summary>
    /// <param name="schema">The object's schema.</param>
    /// <param name="type">What errors call the type.</param>
    /// <exception cref="SchemaException">The type has one of the fields as something else.</exception>
    public static void AddTo(JsonObject schema, string type)
    {
        var envelope = Common();
        var own = schema["properties"]!.AsObject();
        foreach (var name in Fields)
        {
            Take(own, envelope, name, type, "");
        }

        var properties = new JsonObject();
        foreach (var (name, field) in envelope.Concat(own))
        {
            properties[name] = field?.DeepClone();
        }

        schema["properties"] = properties;
        schema["required"] = new JsonArray([.. Fields.Concat(schema["required"]!.AsArray().Select(name => (string)name!)).Distinct().Select(name => JsonValue.Create(name))]);
    }

    // The envelope's field stands for the type's own; of an object's own fields, those that the envelope does not have are added.
    private static void Take(JsonObject own, JsonObject envelope, string name, string type, string path)
    {
        if (own[name] is not JsonObject mine)
        {
            return;
        }

        var (wanted, found) = ((string)envelope[name]!["type"]!, (string)mine["type"]!);
        if (wanted != found)
        {
            throw new SchemaException(type, $"{path}/{name}", $"is {found}, but every event has it as {wanted}: rename the member, or leave it out.");
        }

        own.Remove(name);
        if (mine["properties"] is JsonObject inner)
        {
            var fields = envelope[name]!["properties"]!.AsObject();
            foreach (var known in fields.Select(field => field.Key).ToList())
            {
                Take(inner, fields, known, type, $"{path}/{name}");
            }

            foreach (var (further, field) in inner)
            {
                fields[further] = field?.DeepClone();
            }
        }
    }

    private static JsonObject Common() => new()
    {
        ["$schema"] = new JsonObject { ["description"] = "The URI of the schema that this event conforms to.", ["type"] = "string" },
        ["meta"] = new JsonObject
        {
            ["description"] = "Where the event belongs and how it came in.",
            ["type"] = "object",
            ["required"] = new JsonArray("stream"),
            ["properties"] = new JsonObject
            {
                ["domain"] = new JsonObject { ["description"] = "Host name of the site that the event is about.", ["type"] = "string", ["minLength"] = 1 },
                ["dt"] = Time("When the event was received."),
                ["id"] = new JsonObject { ["description"] = "Identifies this event; the same event delivered twice has the same id.", ["type"] = "string" },
                ["request_id"] = new JsonObject { ["description"] = "Identifies the request that led to the event; several events may share it.", ["type"] = "string" },
                ["stream"] = new JsonObject { ["description"] = "The stream that the event is part of.", ["type"] = "string", ["minLength"] = 1 },
                ["uri"] = new JsonObject { ["description"] = "Address of what the event is about.", ["type"] = "string", ["format"] = "uri-reference", ["maxLength"] = 8192 },
            },
        },
        ["dt"] = Time("When what the event tells of happened."),
    };

    private static JsonObject Time(string description) => new() { ["description"] = description, ["type"] = "string", ["format"] = "date-time", ["maxLength"] = 128 };
}
