using System.Text.Json;
using System.Text.RegularExpressions;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.OpenApi;

/// <summary>Finds an operation in an OpenAPI document, and reads what a lookup needs of it.</summary>
internal sealed partial class OperationReader(ApiDocument document)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    /// <exception cref="ApiDocumentException">There is no such operation, or it cannot be called by a lookup; nothing is said of parameters that nobody binds.</exception>
    public ApiOperation Read(string id)
    {
        var (path, pathPlace, item, method, operation) = Find(id);
        var place = $"{pathPlace}/{method}";
        if (method is not ("get" or "post"))
        {
            throw Wrong(place, $"Operation '{id}' is a {method.ToUpperInvariant()}; a lookup calls GET or POST.");
        }

        var sample = Braces().Replace(path, "x");
        if (!Uri.TryCreate($"http://server{sample}", UriKind.Absolute, out var address) || address.AbsolutePath != sample)
        {
            throw Wrong(pathPlace, $"The path '{Excerpt.Of(path)}' is not what it would be in an address; write it escaped, and without a query.");
        }

        var parameters = Parameters(pathPlace, item).Concat(Parameters(place, operation)).GroupBy(parameter => (parameter.Name, parameter.In)).Select(same => same.Last()).ToList();
        foreach (var name in Braces().Matches(path).Select(match => match.Groups[1].Value))
        {
            if (!parameters.Exists(parameter => parameter.In == "path" && parameter.Name == name))
            {
                throw Wrong(pathPlace, $"The path has {{{name}}}, and operation '{id}' has no path parameter of that name.");
            }
        }

        var (answerPlace, answer) = Answer(id, place, operation);
        return new ApiOperation
        {
            IsPost = method == "post",
            Path = path,
            Parameters = parameters,
            Body = method == "post" ? Body(place, operation) : [],
            AnswerPlace = answerPlace,
            Answer = answer,
            Server = Server(),
        };
    }

    private (string Path, string Place, JsonElement Item, string Method, JsonElement Operation) Find(string id)
    {
        var ids = new List<string>();
        foreach (var path in Fields(document.Root.Child("paths"u8)))
        {
            var (place, item) = document.Resolve($"/paths/{FieldPointer.Escape(path.Name)}", path.Value);
            foreach (var method in Methods)
            {
                if (item.Child(method).Child("operationId"u8).Text() is { } known)
                {
                    if (known == id)
                    {
                        return (path.Name, place, item, method, item.Child(method));
                    }

                    ids.Add(known);
                }
            }
        }

        throw Wrong("/paths", $"There is no operation '{id}'; there is {(ids.Count == 0 ? "none with an operationId" : string.Join(", ", ids))}.");
    }

    private IEnumerable<ApiParameter> Parameters(string owner, JsonElement element)
    {
        var list = element.Child("parameters"u8);
        for (var index = 0; list.ValueKind == JsonValueKind.Array && index < list.GetArrayLength(); index++)
        {
            var (place, parameter) = document.Resolve($"{owner}/parameters/{index}", list[index]);
            var where = parameter.Child("in"u8).Text()!;
            var style = parameter.Child("style"u8).Text();
            var isPlain = style is null || style == (where is "query" or "cookie" ? "form" : "simple");
            var schema = isPlain && parameter.Child("schema"u8).ValueKind != JsonValueKind.Undefined
                ? DraftSchema.Of(document, $"{place}/schema", parameter.Child("schema"u8), isRequest: true)
                : JsonElement.Parse("false");
            yield return new ApiParameter(
                parameter.Child("name"u8).Text()!, where, place, where == "path" || parameter.Child("required"u8).Flag() == true, schema, Compile($"{place}/schema", schema));
        }
    }

    private List<ApiParameter> Body(string owner, JsonElement operation)
    {
        if (operation.Child("requestBody"u8).ValueKind == JsonValueKind.Undefined)
        {
            return [];
        }

        var (place, body) = document.Resolve($"{owner}/requestBody", operation.Child("requestBody"u8));
        var (schemaPlace, schema) = JsonContent(place, body) ?? throw Wrong($"{place}/content", "The body has no JSON schema; a lookup posts application/json.");
        var draft = DraftSchema.Of(document, schemaPlace, schema, isRequest: true);
        var shape = new SchemaShape(draft);
        if (!shape.Types.HasFlag(JsonTypes.Object))
        {
            throw Wrong(schemaPlace, "The body is no object; a lookup posts an object of bound fields.");
        }

        var required = shape.Required;
        return [.. shape.Properties.Select(property => new ApiParameter(
            property.Name, "body", $"{schemaPlace}/properties/{FieldPointer.Escape(property.Name)}", required.Contains(property.Name), property.Shape.Standalone, Compile(schemaPlace, property.Shape.Standalone)))];
    }

    private (string Place, JsonElement Schema) Answer(string id, string owner, JsonElement operation)
    {
        var answers = new List<(string Place, JsonElement Schema)>();
        foreach (var status in Fields(operation.Child("responses"u8)).Where(status => status.Name.StartsWith('2')))
        {
            var (place, response) = document.Resolve($"{owner}/responses/{status.Name}", status.Value);
            if (JsonContent(place, response) is { } answer)
            {
                answers.Add(answer);
            }
        }

        return answers switch
        {
            [var (place, schema)] => (place, DraftSchema.Of(document, place, schema, isRequest: false)),
            [] => throw Wrong($"{owner}/responses", $"Operation '{id}' has no successful response (2xx) with a JSON schema, so nothing says what is answered; give 200 content of application/json with a schema."),
            _ => throw Wrong($"{owner}/responses", $"Operation '{id}' has {answers.Count} successful responses with a JSON schema; a lookup needs one."),
        };
    }

    private static (string Place, JsonElement Schema)? JsonContent(string place, JsonElement owner)
    {
        foreach (var content in Fields(owner.Child("content"u8)))
        {
            var type = content.Name.Split(';')[0].Trim();
            if ((type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal)) && content.Value.Child("schema"u8) is { ValueKind: not JsonValueKind.Undefined } schema)
            {
                return ($"{place}/content/{FieldPointer.Escape(content.Name)}/schema", schema);
            }
        }

        return null;
    }

    private Uri? Server()
    {
        var servers = document.Root.Child("servers"u8);
        return servers.ValueKind == JsonValueKind.Array && servers.GetArrayLength() > 0 && servers[0].Child("url"u8).Text() is { } url && !url.Contains('{', StringComparison.Ordinal)
            && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
    }

    private EmbeddedSchema Compile(string place, JsonElement schema)
    {
        try
        {
            return EmbeddedSchema.Compile($"{document.Name}#{place}", schema);
        }
        catch (SchemaException cause)
        {
            throw Wrong(place, cause.Message);
        }
    }

    private static JsonElement.ObjectEnumerator Fields(JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : default;

    private ApiDocumentException Wrong(string place, string sentence) => new(document.Name, place, sentence);

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Braces();
}
