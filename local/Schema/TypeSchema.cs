using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Millrace.Schemas;
using NJsonSchema.Generation;

namespace Millrace.Local;

/// <summary>The event schema of a C# type.</summary>
/// <remarks>
/// NJsonSchema says what the type is made of; <see cref="FieldWriter"/> says it in the platform's words. Nothing is fetched:
/// there is no reference but to the type's own parts, and these are written out.
/// </remarks>
internal static class TypeSchema
{
    /// <summary>Makes the schema.</summary>
    /// <param name="type">The type.</param>
    /// <param name="uri">The schema's URI, which its title and <c>$id</c> are taken from.</param>
    /// <exception cref="SchemaException">The type, or one of its members, is nothing that an event can have; the message has the path.</exception>
    public static JsonElement Of(Type type, string uri)
    {
        var fields = new FieldWriter(type.FullName!, Describe(type)).Root();
        EventEnvelope.AddTo(fields, type.FullName!);
        var schema = new JsonObject { ["title"] = uri[1..uri.LastIndexOf('/')] };
        if (fields["description"] is null)
        {
            schema["description"] = $"{type.Name}.";
        }

        foreach (var (keyword, value) in fields)
        {
            schema[keyword] = value?.DeepClone();
        }

        schema.Insert(schema.IndexOf("description") + 1, "$id", uri);
        schema.Insert(schema.IndexOf("$id") + 1, "$schema", "http://json-schema.org/draft-07/schema#");
        var plain = JsonSerializer.SerializeToElement(schema);
        schema["examples"] = new JsonArray(ExampleEvent.Of(schema, uri));
        var exemplified = JsonSerializer.SerializeToElement(schema);
        return SchemaCheck.Document(uri, exemplified).Any(finding => finding.Rule == SchemaRule.Example) ? plain : exemplified;
    }

    private static JsonElement Describe(Type type)
    {
        var settings = new SystemTextJsonSchemaGeneratorSettings
        {
            SerializerOptions = new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
            },
            SchemaType = NJsonSchema.SchemaType.JsonSchema,
            FlattenInheritanceHierarchy = true,
            UseXmlDocumentation = true,
            ResolveExternalXmlDocumentation = false,
            GenerateExamples = false,
        };
        try
        {
            return JsonElement.Parse(NJsonSchema.JsonSchema.FromType(type, settings).ToJson());
        }
        catch (Exception wrong) when (wrong is FileNotFoundException or TypeLoadException or InvalidOperationException or NotSupportedException)
        {
            throw new SchemaException(type.FullName!, "", $"cannot be looked at: {wrong.Message}", wrong);
        }
    }
}
