using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Turns the keywords of one schema into the rules of its node.</summary>
/// <remarks>A group of keywords of which none is there gives null, so that the node has nothing to ask.</remarks>
internal sealed class RuleReader(
    SchemaPlace place, KeywordReader keywords, Func<SchemaPlace, SchemaNode> node, Func<SchemaPlace?, SchemaNode?> optionalNode)
{
    private static readonly string[] BoundKeywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

    /// <summary>The keyword <c>type</c>.</summary>
    public TypeRule? Types()
    {
        if (keywords.Find("type") is not { } type)
        {
            return null;
        }

        var names = type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()!],
            JsonValueKind.Array => keywords.Texts("type", type),
            _ => [],
        };
        return names.Count > 0 && names.All(TypeRule.Names.Contains)
            ? TypeRule.Of(names)
            : throw keywords.Wrong("type", type, $"one or several of {string.Join(", ", TypeRule.Names)}");
    }

    /// <summary>The keywords <c>enum</c> and <c>const</c>.</summary>
    public ValuesRule[] Values()
    {
        var rules = new List<ValuesRule>();
        if (keywords.Array("enum") is { } allowed)
        {
            rules.Add(new ValuesRule("enum", allowed.EnumerateArray()));
        }

        if (keywords.Find("const") is { } only)
        {
            rules.Add(new ValuesRule("const", [only]));
        }

        return [.. rules];
    }

    /// <summary>The keywords about numbers.</summary>
    public NumberRules? Numbers()
    {
        var bounds = new List<NumberRules.Bound>();
        foreach (var keyword in BoundKeywords)
        {
            if (keywords.Number(keyword) is { } limit)
            {
                bounds.Add(new NumberRules.Bound(keyword, new NumberRules.Constant(limit)));
            }
        }

        var divisor = keywords.Number("multipleOf");
        if (divisor is { } number && !JsonNumber.Of(number).IsPositive)
        {
            throw keywords.Wrong("multipleOf", number, "greater than 0");
        }

        return bounds.Count == 0 && divisor is null
            ? null
            : new NumberRules([.. bounds], divisor is null ? null : new NumberRules.Constant(divisor.Value));
    }

    /// <summary>The keywords about strings.</summary>
    public StringRules? Strings()
    {
        var (least, most) = (keywords.Count("minLength"), keywords.Count("maxLength"));
        var pattern = keywords.Text("pattern") is { } source ? Pattern("pattern", source) : null;
        var format = keywords.Text("format") is { } name ? Format.Find(name) : null;
        return least is null && most is null && pattern is null && format is null
            ? null
            : new StringRules(least ?? 0, most ?? int.MaxValue, pattern, format);
    }

    /// <summary>The keywords about arrays.</summary>
    public ArrayRules? Arrays()
    {
        var isList = keywords.Find("items") is { ValueKind: JsonValueKind.Array };
        var items = isList ? keywords.Schemas("items", mayBeEmpty: true) : [];

        // Without a list of items, additionalItems says nothing, but must still be a schema.
        var additional = keywords.Schema("additionalItems");
        var others = isList ? additional : keywords.Schema("items");
        var contains = keywords.Schema("contains");
        var (least, most, unique) = (keywords.Count("minItems"), keywords.Count("maxItems"), keywords.Flag("uniqueItems"));
        return items.Count == 0 && others is null && contains is null && least is null && most is null && !unique
            ? null
            : new ArrayRules(least ?? 0, most ?? int.MaxValue, [.. items.Select(node)], optionalNode(others), optionalNode(contains), unique);
    }

    /// <summary>The keywords about objects.</summary>
    public ObjectRules? Objects()
    {
        var properties = keywords.Map("properties").ToDictionary(entry => entry.Name, entry => node(entry.Place), StringComparer.Ordinal);
        var required = keywords.Texts("required");
        var patterns = keywords.Map("patternProperties").Select(entry => (Pattern($"patternProperties/{entry.Name}", entry.Name), node(entry.Place))).ToArray();
        var additional = keywords.Schema("additionalProperties") is { Element.ValueKind: not JsonValueKind.True } schema ? node(schema) : null;
        var names = optionalNode(keywords.Schema("propertyNames"));
        var dependencies = keywords.Map("dependencies", mayHaveArrays: true).Select(Dependency).ToArray();
        var (least, most) = (keywords.Count("minProperties"), keywords.Count("maxProperties"));

        return properties.Count + required.Count + patterns.Length + dependencies.Length == 0
            && additional is null && names is null && least is null && most is null
            ? null
            : new ObjectRules(properties, required)
            {
                Patterns = patterns,
                Additional = additional,
                PropertyNames = names,
                Dependencies = dependencies,
                MinProperties = least ?? 0,
                MaxProperties = most ?? int.MaxValue,
            };
    }

    /// <summary>The keywords that apply schemas to the same value.</summary>
    public Combination? Combination()
    {
        var combination = new Combination
        {
            AllOf = Nodes("allOf"),
            AnyOf = Nodes("anyOf"),
            OneOf = Nodes("oneOf"),
            Not = optionalNode(keywords.Schema("not")),
            If = optionalNode(keywords.Schema("if")),
            Then = optionalNode(keywords.Schema("then")),
            Else = optionalNode(keywords.Schema("else")),
        };
        return combination.Nodes.Any() ? combination : null;
    }

    private SchemaNode[] Nodes(string keyword) => [.. keywords.Schemas(keyword).Select(node)];

    private EcmaPattern Pattern(string keyword, string source) =>
        EcmaPattern.TryCompile(source, out var pattern, out var problem)
            ? pattern
            : throw place.Wrong($"'{keyword}' has the pattern '{source}', which cannot be used: {problem}.");

    private Dependency Dependency((string Name, JsonElement Element, SchemaPlace Place) entry) =>
        entry.Element.ValueKind == JsonValueKind.Array
            ? new Dependency(entry.Name, keywords.Texts($"dependencies/{entry.Name}", entry.Element), null)
            : new Dependency(entry.Name, [], node(entry.Place));
}
