using System.Text;
using System.Text.Json;
using Microsoft.OpenApi;
using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>An OpenAPI document of version 3.0 or 3.1, in JSON: valid by itself, and with references within itself only.</summary>
internal sealed class ApiDocument
{
    private const int MaxProblems = 4;

    // What stands below these is data, and may look like a reference without being one.
    private static readonly string[] Data = ["example", "examples", "default", "enum", "const"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private ApiDocument(string name, JsonElement root) => (Name, Root) = (name, root);

    /// <summary>What problems call it.</summary>
    public string Name { get; }

    /// <summary>The document.</summary>
    public JsonElement Root { get; }

    /// <summary>Whether it is of version 3.0, whose schemas have words of their own.</summary>
    public bool IsVersion30 => Root.Child("openapi"u8).Text()!.StartsWith("3.0.", StringComparison.Ordinal);

    /// <summary>Reads a document.</summary>
    /// <exception cref="ApiDocumentException">It is none that can be used.</exception>
    public static ApiDocument Parse(string name, byte[] utf8Json)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(utf8Json, Strict);
        }
        catch (JsonException cause)
        {
            throw new ApiDocumentException(name, "", $"It is no JSON: {cause.Message}");
        }

        var document = new ApiDocument(name, root);
        var version = root.Child("openapi"u8).Text();
        if (version is null || !(version.StartsWith("3.0.", StringComparison.Ordinal) || version.StartsWith("3.1.", StringComparison.Ordinal)))
        {
            throw new ApiDocumentException(name, "/openapi", $"The version is {(version is null ? "missing" : $"'{Excerpt.Of(version)}'")}; allowed are 3.0.x and 3.1.x.");
        }

        document.RefuseReferences("", root);
        document.RefuseErrors(utf8Json);
        return document;
    }

    /// <summary>What stands at a place, behind any references: where it is, and what.</summary>
    /// <exception cref="ApiDocumentException">A reference leads nowhere, or in a circle.</exception>
    public (string Place, JsonElement Element) Resolve(string place, JsonElement element)
    {
        for (var steps = 0; element.Child("$ref"u8).Text() is { } reference; steps++)
        {
            if (steps > 32)
            {
                throw new ApiDocumentException(Name, place, "Its references go in a circle.");
            }

            element = Find(place, reference);
            place = Uri.UnescapeDataString(reference[1..]);
        }

        return (place, element);
    }

    /// <summary>What a reference names.</summary>
    /// <exception cref="ApiDocumentException">It leads nowhere, or out of the document.</exception>
    public JsonElement Find(string place, string reference)
    {
        if (reference is not ['#', '/', ..])
        {
            throw Remote(place, reference);
        }

        var target = FieldPointer.Read(Uri.UnescapeDataString(reference[1..]))?.In(Root) ?? default;
        return target.ValueKind != JsonValueKind.Undefined ? target : throw new ApiDocumentException(Name, $"{place}/$ref", $"'{Excerpt.Of(reference)}' leads nowhere in the document.");
    }

    private ApiDocumentException Remote(string place, string reference) =>
        new(Name, $"{place}/$ref", $"'{Excerpt.Of(reference)}' leads out of the document, and nothing else is ever read; copy what it names into components, and refer to it as #/components/….");

    private void RefuseReferences(string place, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                if (field.NameEquals("$ref"u8) && field.Value.Text() is { } reference && !reference.StartsWith('#'))
                {
                    throw Remote(place, reference);
                }

                if (!Data.Contains(field.Name))
                {
                    RefuseReferences($"{place}/{FieldPointer.Escape(field.Name)}", field.Value);
                }
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                RefuseReferences($"{place}/{index++}", item);
            }
        }
    }

    private void RefuseErrors(byte[] utf8Json)
    {
        // What the reader throws at what it cannot read is of any type.
        try
        {
            var read = OpenApiDocument.Parse(Encoding.UTF8.GetString(utf8Json), OpenApiConstants.Json);
            if (read.Diagnostic?.Errors is { Count: > 0 } errors)
            {
                throw new ApiDocumentException(
                    Name, errors[0].Pointer?.TrimStart('#') ?? "", string.Join(' ', errors.Take(MaxProblems).Select(error => $"{error.Message.TrimEnd('.')}.")));
            }
        }
        catch (Exception cause) when (cause is not ApiDocumentException)
        {
            throw new ApiDocumentException(Name, "", $"It is no OpenAPI document: {cause.Message}");
        }
    }
}
