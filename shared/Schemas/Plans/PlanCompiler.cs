namespace Millrace.Schemas;

/// <summary>Compiles the tree of a schema into a plan.</summary>
/// <remarks>
/// Every node of the tree becomes one node of the plan, and one more for each set of fields that is to be noted from there:
/// a schema that is used in several places is not noted in all of them. References disappear.
/// </remarks>
internal sealed class PlanCompiler
{
    private readonly Dictionary<(SchemaNode, FieldTree?), PlanNode> _nodes = [];
    private readonly Queue<(SchemaNode Source, FieldTree? Fields, PlanNode Target)> _unfilled = [];

    private PlanCompiler()
    {
    }

    /// <summary>Compiles a tree, with the fields that are to be noted.</summary>
    public static PlanNode Compile(SchemaNode root, FieldTree fields)
    {
        var compiler = new PlanCompiler();
        var node = compiler.NodeOf(root, fields);
        while (compiler._unfilled.TryDequeue(out var unfilled))
        {
            compiler.Fill(unfilled.Source, unfilled.Fields, unfilled.Target);
        }

        return node;
    }

    private PlanNode NodeOf(SchemaNode source, FieldTree? fields = null)
    {
        while (source.Reference is { } reference)
        {
            source = reference;
        }

        fields = fields is { Fields.Count: > 0 } ? fields : null;
        if (!_nodes.TryGetValue((source, fields), out var node))
        {
            _nodes[(source, fields)] = node = new PlanNode();
            _unfilled.Enqueue((source, fields, node));
        }

        return node;
    }

    private PlanNode? OptionalNodeOf(SchemaNode? source) => source is null ? null : NodeOf(source);

    private PlanNode[] NodesOf(IEnumerable<SchemaNode> sources) => [.. sources.Select(source => NodeOf(source))];

    private void Fill(SchemaNode source, FieldTree? fields, PlanNode target)
    {
        target.Kinds = source.IsNever ? 0 : source.Types?.Kinds ?? ~0;
        target.IsWholeOnly = source.Types?.IsWholeOnly ?? false;
        target.Numbers = source.Numbers is null ? null : new NumberPlan(source.Numbers);
        target.Strings = source.Strings is null ? null : new StringPlan(source.Strings);
        target.Arrays = source.Arrays is { } arrays
            ? new ArrayPlan(arrays, NodesOf(arrays.Items), OptionalNodeOf(arrays.OtherItems), OptionalNodeOf(arrays.Contains))
            : ArrayPlan.Any;

        var isTooWide = (source.Objects?.KnownNames().Count() ?? 0) + (fields?.Fields.Count ?? 0) > NameBits.Capacity;
        target.Objects = isTooWide ? OfFields(fields)
            : source.Objects is { } objects ? ObjectsOf(objects, fields)
            : OfFields(fields);
        target.After = AfterOf(source, isTooWide);
    }

    private ObjectPlan ObjectsOf(ObjectRules rules, FieldTree? fields)
    {
        var declared = rules.Fields.ToDictionary(field => field.Name, field => field.Node, StringComparer.Ordinal);
        List<string> names = [.. rules.KnownNames(), .. (fields?.Fields.Keys ?? []).Except(rules.KnownNames())];
        return new ObjectPlan([.. names.Select(name => FieldOf(name, declared.GetValueOrDefault(name), fields?.Fields.GetValueOrDefault(name)))], rules.RequiredCount)
        {
            Patterns = [.. rules.Patterns.Select(entry => (entry.Pattern, NodeOf(entry.Node)))],
            Additional = OptionalNodeOf(rules.Additional),
            PropertyNames = OptionalNodeOf(rules.PropertyNames),
            Dependencies = [.. rules.Dependencies.Select(dependency => new DependencyPlan(
                names.IndexOf(dependency.Name), [.. dependency.Required.Select(name => names.IndexOf(name))], OptionalNodeOf(dependency.Node)))],
            MinProperties = rules.MinProperties,
            MaxProperties = rules.MaxProperties,
        };
    }

    private PlanField FieldOf(string name, SchemaNode? node, FieldTree? field) => new(
        name,
        node is null ? null : NodeOf(node, field),
        field?.Slot ?? -1,
        node is null && field is { Fields.Count: > 0 } ? new PlanNode { Objects = OfFields(field) } : null);

    // Asks nothing, and notes the fields.
    private ObjectPlan OfFields(FieldTree? fields) => fields is not { Fields.Count: > 0 }
        ? ObjectPlan.Any
        : new ObjectPlan([.. fields.Fields.Select(field => FieldOf(field.Key, null, field.Value))], 0);

    private AfterPlan? AfterOf(SchemaNode source, bool isTooWide)
    {
        if (source.Values.Length == 0 && source.Combination is null && !isTooWide)
        {
            return null;
        }

        var combination = source.Combination ?? new Combination();
        return new AfterPlan
        {
            Constants = [.. source.Values.Select(rule => new ConstantsPlan(rule.Values))],
            AllOf = NodesOf(combination.AllOf),
            AnyOf = NodesOf(combination.AnyOf),
            OneOf = NodesOf(combination.OneOf),
            Not = OptionalNodeOf(combination.Not),
            If = OptionalNodeOf(combination.If),
            Then = OptionalNodeOf(combination.Then),
            Else = OptionalNodeOf(combination.Else),
            Parsed = isTooWide ? source : null,
        };
    }
}
