using System.Text.Json;

namespace Millrace.Core;

/// <summary>Reads the <c>lookup</c> of a stage's entry.</summary>
internal static class LookupReader
{
    private static readonly string[] Keys = ["document", "operation", "parameters", "body", "into", "without", "match", "match_not", "others", "schemas"];

    /// <exception cref="CatalogException">It is wrong; the message says where.</exception>
    public static LookupDefinition Read(CatalogReader entry)
    {
        var fields = entry.Fields(Keys).ToDictionary(field => field.Name, field => field.Value);
        return new LookupDefinition
        {
            Document = Document(Required(entry, fields, "document", "the OpenAPI document")),
            Operation = Required(entry, fields, "operation", "the operationId of what is called").Text(),
            Into = Into(Required(entry, fields, "into", "where the answer goes")),
            Parameters = fields.TryGetValue("parameters", out var parameters) ? Bindings(parameters) : new Dictionary<string, FieldBinding>(),
            Body = fields.TryGetValue("body", out var body) ? Bindings(body) : new Dictionary<string, FieldBinding>(),
            Without = fields.TryGetValue("without", out var without) ? [.. without.Items().Select(Pointer)] : [],
            Match = fields.TryGetValue("match", out var match) ? Rules(match) : [],
            MatchNot = fields.TryGetValue("match_not", out var matchNot) ? Rules(matchNot) : [],
            Others = fields.TryGetValue("others", out var others) ? Others(others) : default,
            Schemas = fields.TryGetValue("schemas", out var schemas) ? schemas.Texts() : [],
        };
    }

    private static CatalogReader Required(CatalogReader entry, Dictionary<string, CatalogReader> fields, string key, string what) =>
        fields.TryGetValue(key, out var value) ? value : throw new CatalogException($"{entry.Path}.{key} is missing: it names {what}.");

    private static string Document(CatalogReader value)
    {
        var document = value.Text();
        var isAddress = Uri.TryCreate(document, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps;
        var isPath = !document.Contains(':', StringComparison.Ordinal) && !document.Contains('\\', StringComparison.Ordinal)
            && document.Split('/').All(part => part is not ("" or "." or "..")) && document.EndsWith(LookupDefinition.DocumentSuffix, StringComparison.Ordinal);
        return isAddress || isPath ? document : throw value.Wrong($"an https address, or the path of a file below the catalog's directory that ends with {LookupDefinition.DocumentSuffix}");
    }

    private static Dictionary<string, FieldBinding> Bindings(CatalogReader value) => value.Fields().ToDictionary(field => field.Name, field => Binding(field.Value, "value"));

    private static FieldBinding Binding(CatalogReader value, string constant)
    {
        if (value.Json.ValueKind == JsonValueKind.String)
        {
            return new FieldBinding(Pointer(value), default);
        }

        var fields = value.Fields(constant).ToList();
        return fields is [var only] ? new FieldBinding(null, only.Value.Json) : throw value.Wrong($"a field such as /page/page_id or page.page_id, or {{ \"{constant}\": … }}");
    }

    private static List<FieldMapping> Into(CatalogReader value)
    {
        if (value.Json.ValueKind == JsonValueKind.String)
        {
            return [new FieldMapping(new FieldBinding(FieldPointer.Root, default), Target(value))];
        }

        var mappings = value.Items().Select(Mapping).ToList();
        return mappings.Count > 0 ? mappings : throw value.Wrong("a field, or a list of { \"from\": …, \"to\": … }, not empty");
    }

    private static FieldMapping Mapping(CatalogReader value)
    {
        FieldBinding? from = null;
        FieldPointer? to = null;
        foreach (var (name, field) in value.Fields("from", "value", "to"))
        {
            if (name == "to")
            {
                to = Target(field);
            }
            else
            {
                from = from is null ? new FieldBinding(name == "from" ? Pointer(field) : null, name == "from" ? default : field.Json) : throw value.Wrong("one of from and value");
            }
        }

        return from is not null && to is not null ? new FieldMapping(from, to) : throw value.Wrong("{ \"from\": a place in the answer, \"to\": a field }, or { \"value\": a constant, \"to\": a field }");
    }

    // What the pipeline stamps is nobody else's.
    private static FieldPointer Target(CatalogReader value) => Pointer(value) is { Names: [not ("$schema" or "meta"), ..] } pointer
        ? pointer
        : throw value.Wrong("a field of the output, but for $schema and meta, which are the platform's");

    private static FieldPointer Pointer(CatalogReader value) =>
        (value.Json.ValueKind == JsonValueKind.String ? FieldPointer.Read(value.Json.GetString()!) : null) ?? throw value.Wrong("a field such as /page/page_id or page.page_id");

    private static List<FieldRule> Rules(CatalogReader value) => [.. value.Fields().Select(field => new FieldRule(
        FieldPointer.Read(field.Name) ?? throw new CatalogException($"{field.Value.Path}: '{field.Name}' is no field; allowed is one such as /page/page_id or page.page_id."),
        Values(field.Value)))];

    private static List<JsonElement> Values(CatalogReader value)
    {
        List<CatalogReader> values = value.Json.ValueKind == JsonValueKind.Array ? [.. value.Items()] : [value];
        return values.Count > 0 && values.All(item => item.Json.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            ? [.. values.Select(item => item.Json)]
            : throw value.Wrong("a text, a number, a truth value or null, or a list of them, not empty");
    }

    private static UnmatchedEvents Others(CatalogReader value) =>
        OptionsCheck.Choices(typeof(UnmatchedEvents)).FirstOrDefault(choice => choice.Name == value.Text()).Value is UnmatchedEvents chosen
            ? chosen
            : throw value.Wrong(OptionsCheck.Describe(typeof(UnmatchedEvents)));
}
