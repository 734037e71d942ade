using Millrace.Core;

namespace Millrace.Local;

/// <summary>The streams and stages of a catalog, and who reads and writes what.</summary>
/// <param name="Nodes">The streams, stages and stores, upstream first.</param>
/// <param name="Edges">What is read and written.</param>
internal sealed record StreamGraph(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges)
{
    /// <summary>The graph of a catalog.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="withErrors">Whether streams of errors are in it; those that a stage reads always are.</param>
    public static StreamGraph Of(StageCatalog catalog, bool withErrors)
    {
        var (columns, edges) = (new Dictionary<(GraphNodeKind Kind, string Name), int>(), new List<GraphEdge>());
        var errors = catalog.Stages.Select(stage => stage.ErrorStream.Name).ToHashSet();
        GraphNodeKind KindOf(StreamDefinition stream) => errors.Contains(stream.Name) ? GraphNodeKind.Errors : GraphNodeKind.Stream;
        void Connect((GraphNodeKind, string) from, (GraphNodeKind, string) to, int column)
        {
            columns[to] = Math.Max(column, columns.GetValueOrDefault(to));
            edges.Add(new GraphEdge(Id(from), Id(to)));
        }

        var written = catalog.Stages.SelectMany(stage => stage.Outputs.Select(output => output.Stream.Name)).ToHashSet();
        foreach (var stream in catalog.Streams.Streams.Where(stream => !written.Contains(stream.Name) && KindOf(stream) == GraphNodeKind.Stream))
        {
            columns[(GraphNodeKind.Stream, stream.Name)] = 0;
        }

        // Each stage stands behind those whose outputs it reads.
        foreach (var stage in catalog.Stages)
        {
            var node = (GraphNodeKind.Stage, stage.Name);
            var inputs = stage.Inputs.Select(input => (KindOf(input), input.Name)).ToList();
            var column = inputs.Max(input => columns.GetValueOrDefault(input)) + 1;
            foreach (var input in inputs)
            {
                columns.TryAdd(input, 0);
                Connect(input, node, column);
            }

            foreach (var output in stage.Outputs)
            {
                Connect(node, (GraphNodeKind.Stream, output.Stream.Name), column + 1);
            }

            if (stage.Connector is { } store)
            {
                Connect(node, (GraphNodeKind.Store, store), column + 1);
            }

            if (withErrors || catalog.Stages.Any(other => other.Inputs.Any(input => input.Name == stage.ErrorStream.Name)))
            {
                Connect(node, (GraphNodeKind.Errors, stage.ErrorStream.Name), column + 1);
            }
        }

        return new StreamGraph([.. columns.Select(node => new GraphNode(Id(node.Key), node.Key.Kind, node.Key.Name, node.Value)).OrderBy(node => node.Column)], edges);
    }

    private static string Id((GraphNodeKind Kind, string Name) node) => $"{node.Kind}:{node.Name}";
}
