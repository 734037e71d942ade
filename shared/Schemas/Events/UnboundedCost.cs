using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Finds what validating a stranger's event could cost without bound; the rules of intake services in use.</summary>
/// <remarks>Asked of the compiled schema, so that what is looked at is what is run, however a <c>$ref</c> leads there.</remarks>
internal static class UnboundedCost
{
    private const int Composed = (1 << (int)JsonValueKind.Object) | (1 << (int)JsonValueKind.Array);

    /// <summary>A sentence for each place, with its JSON pointer.</summary>
    public static IReadOnlyList<string> In(SchemaNode root)
    {
        var seen = new HashSet<SchemaNode> { root };
        var open = new Queue<SchemaNode>(seen);
        var found = new List<string>();
        while (open.TryDequeue(out var node))
        {
            found.AddRange(Problems(node).Select(problem => $"'{node.Location.Pointer}' has {problem}"));
            foreach (var below in Below(node).Where(seen.Add))
            {
                open.Enqueue(below);
            }
        }

        return found;
    }

    private static IEnumerable<string> Problems(SchemaNode node)
    {
        // A string that must be one of a few values is bounded by them.
        if (node.Strings is { MaxLength: int.MaxValue } strings && node.Values.Length == 0)
        {
            if (strings.Pattern is not null)
            {
                yield return "a pattern, but no maxLength";
            }

            if (strings.Format is not null)
            {
                yield return "a format, but no maxLength";
            }
        }

        if (node.Objects is { Patterns.Length: > 0 } objects && Resolve(objects.PropertyNames)?.Strings is null or { MaxLength: int.MaxValue })
        {
            yield return "patternProperties, but no propertyNames with a maxLength";
        }

        if (node.Arrays is { Unique: true, MaxItems: int.MaxValue } arrays && !HasPlainItems(arrays))
        {
            yield return "uniqueItems over objects or arrays, but no maxItems";
        }
    }

    private static bool HasPlainItems(ArrayRules arrays) =>
        arrays.Items.Append(arrays.OtherItems).OfType<SchemaNode>().DefaultIfEmpty().All(items => Resolve(items)?.Types is { } types && (types.Kinds & Composed) == 0);

    private static SchemaNode? Resolve(SchemaNode? node)
    {
        while (node?.Reference is { } reference)
        {
            node = reference;
        }

        return node;
    }

    private static IEnumerable<SchemaNode> Below(SchemaNode node) =>
        node.InPlace
            .Concat(node.Objects is { } objects ? objects.Fields.Select(field => field.Node).Concat(objects.Patterns.Select(pattern => pattern.Node)).Append(objects.Additional).Append(objects.PropertyNames).OfType<SchemaNode>() : [])
            .Concat(node.Arrays is { } arrays ? arrays.Items.Append(arrays.OtherItems).Append(arrays.Contains).OfType<SchemaNode>() : []);
}
