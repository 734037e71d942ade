using System.Globalization;
using System.Text;

namespace Millrace.Local;

/// <summary>A graph of streams as Mermaid draws it.</summary>
internal static class MermaidGraph
{
    /// <summary>The diagram's text.</summary>
    public static string Draw(StreamGraph graph)
    {
        // Names have dots and hyphens, which are not allowed in an id of Mermaid's in all places.
        var ids = graph.Nodes.Select((node, index) => (node.Id, Short: string.Create(CultureInfo.InvariantCulture, $"n{index}"))).ToDictionary(pair => pair.Id, pair => pair.Short);
        var kinds = graph.Nodes.ToDictionary(node => node.Id, node => node.Kind);
        var text = new StringBuilder("flowchart LR\n");
        foreach (var node in graph.Nodes)
        {
            var (open, close) = node.Kind switch
            {
                GraphNodeKind.Stage => ("[[", "]]"),
                GraphNodeKind.Store => ("[(", ")]"),
                _ => ("[", "]"),
            };
            text.Append(CultureInfo.InvariantCulture, $"  {ids[node.Id]}{open}\"{node.Name}\"{close}\n");
        }

        foreach (var edge in graph.Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {ids[edge.From]} {(kinds[edge.To] == GraphNodeKind.Errors ? "-.->" : "-->")} {ids[edge.To]}\n");
        }

        return text.ToString();
    }
}
