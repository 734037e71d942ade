using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The content of a schema file: JSON or YAML.</summary>
internal static class SchemaFile
{
    /// <summary>How deep a schema document may be nested.</summary>
    public const int MaxDepth = 128;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The extensions that are tried for a schema URI, in this order.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".json", ".yaml", ""];

    /// <summary>Parses a file. Without an extension, one that begins with a brace is JSON, and any other YAML.</summary>
    /// <param name="uri">The schema URI that the file was found for.</param>
    /// <param name="extension">One of <see cref="Extensions"/>.</param>
    /// <param name="content">The file's bytes.</param>
    /// <exception cref="SchemaException">It is neither.</exception>
    public static JsonElement Parse(string uri, string extension, byte[] content)
    {
        try
        {
            var isJson = extension == ".json" || (extension.Length == 0 && content.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..]);
            var json = isJson ? content : YamlToJson.Convert(content, MaxDepth);
            if (JsonText.IndexOfLoneSurrogate(json) is var lone and >= 0)
            {
                throw new JsonException($"at byte {lone} an escape is half a surrogate pair");
            }

            return JsonElement.Parse(json, Strict);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new SchemaException(uri, "", $"is no {(extension == ".json" ? "JSON" : "JSON or YAML")}: {error.Message}", error);
        }
    }
}
