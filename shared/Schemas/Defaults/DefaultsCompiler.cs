using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Finds the defaults in the tree of a schema.</summary>
/// <remarks>Schemas that apply to the same place become one node; where two have a default for a field, the first counts.</remarks>
internal sealed class DefaultsCompiler
{
    private readonly Dictionary<SchemaNode, int> _numbers = [];
    private readonly Dictionary<string, DefaultsNode> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(DefaultsNode Target, List<SchemaNode> Sources)> _unfilled = [];

    private DefaultsCompiler()
    {
    }

    /// <summary>Compiles the defaults; null where the schema has none.</summary>
    public static DefaultsPlan? Compile(SchemaNode root)
    {
        var compiler = new DefaultsCompiler();
        var node = compiler.NodeOf([root])!;
        while (compiler._unfilled.TryDequeue(out var unfilled))
        {
            compiler.Fill(unfilled.Target, unfilled.Sources);
        }

        if (!Prune([.. compiler._nodes.Values]).Contains(node))
        {
            return null;
        }

        foreach (var field in compiler._nodes.Values.SelectMany(known => known.Fields))
        {
            field.Complete();
        }

        return new DefaultsPlan(node);
    }

    private DefaultsNode? NodeOf(IEnumerable<SchemaNode?> schemas)
    {
        var sources = new List<SchemaNode>();
        foreach (var schema in schemas.OfType<SchemaNode>())
        {
            Flatten(schema, sources);
        }

        if (sources.Count == 0)
        {
            return null;
        }

        var key = string.Join(',', sources.Select(NumberOf));
        if (!_nodes.TryGetValue(key, out var node))
        {
            _nodes[key] = node = new DefaultsNode();
            _unfilled.Enqueue((node, sources));
        }

        return node;
    }

    private string NumberOf(SchemaNode node)
    {
        _numbers.TryAdd(node, _numbers.Count);
        return _numbers[node].ToString(CultureInfo.InvariantCulture);
    }

    private static void Flatten(SchemaNode schema, List<SchemaNode> sources)
    {
        while (schema.Reference is { } reference)
        {
            schema = reference;
        }

        if (sources.Contains(schema))
        {
            return;
        }

        sources.Add(schema);
        foreach (var part in schema.Combination?.AllOf ?? [])
        {
            Flatten(part, sources);
        }
    }

    private void Fill(DefaultsNode target, List<SchemaNode> sources)
    {
        List<ObjectRules> objects = [.. sources.Select(source => source.Objects).OfType<ObjectRules>()];
        List<(string Name, SchemaNode Node)> declared =
            [.. objects.SelectMany(rules => rules.Fields).Where(field => field.Node is not null).Select(field => (field.Name, field.Node!))];
        var fields = declared.GroupBy(field => field.Name, field => field.Node, StringComparer.Ordinal).ToList();
        target.Names = new Utf8NameTable(fields.Select(field => field.Key));
        target.Fields =
        [
            .. fields.Select(field => new DefaultsField
            {
                Name = JsonEncodedText.Encode(field.Key),
                Written = field.Select(DefaultOf).FirstOrDefault(value => value is not null),
                Node = NodeOf(field),
            }),
        ];
        target.OtherFields = NodeOf(objects.Select(rules => rules.Additional));

        List<ArrayRules> arrays = [.. sources.Select(source => source.Arrays).OfType<ArrayRules>()];
        var listed = arrays.Select(rules => rules.Items.Length).DefaultIfEmpty(0).Max();
        target.Items = [.. Enumerable.Range(0, listed).Select(index => NodeOf(arrays.Select(rules => index < rules.Items.Length ? rules.Items[index] : rules.OtherItems)))];
        target.OtherItems = NodeOf(arrays.Select(rules => rules.OtherItems));
    }

    private static byte[]? DefaultOf(SchemaNode node) =>
        node.Default is { } own ? Encoding.UTF8.GetBytes(own)
        : node.Reference is null ? null : DefaultOf(node.Reference);

    // Leaves the nodes from which a default can be reached, and the ways to them.
    private static HashSet<DefaultsNode> Prune(List<DefaultsNode> nodes)
    {
        var useful = nodes.Where(node => node.Fields.Any(field => field.Written is not null)).ToHashSet();
        var before = 0;
        while (before != useful.Count)
        {
            before = useful.Count;
            useful.UnionWith(nodes.Where(node => node.Below.Any(useful.Contains)).ToList());
        }

        foreach (var node in nodes)
        {
            node.OtherFields = Useful(node.OtherFields);
            node.OtherItems = Useful(node.OtherItems);
            node.Items = [.. node.Items.Select(Useful)];
            foreach (var field in node.Fields)
            {
                field.Node = Useful(field.Node);
            }
        }

        return useful;

        DefaultsNode? Useful(DefaultsNode? node) => node is not null && useful.Contains(node) ? node : null;
    }
}
