using System.CommandLine;
using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary><c>millrace graph</c>: the streams and stages of the catalog, drawn.</summary>
internal static class GraphCommand
{
    private static readonly Option<string?> Catalog = new("--catalog") { Description = "The directory of the catalog; by default that of the app that this command was built with.", HelpName = "DIR" };

    private static readonly Option<bool> Errors = new("--errors") { Description = "With the streams of errors." };

    private static readonly Option<string?> Svg = new("--svg") { Description = "Write an SVG image instead of printing Mermaid.", HelpName = "FILE" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print nodes and edges as JSON." };

    public static Command Create()
    {
        var command = new Command("graph", """
            Draw the streams and stages of the catalog: which stage reads and writes what. Needs no cluster.

            Examples:
              millrace graph
              millrace graph --errors --svg streams.svg
              millrace graph --catalog functions --json | jq '.nodes[] | select(.kind == "stage").name'

            Exit codes: 0 it is drawn; 2 an option or the catalog cannot be used.
            """)
        {
            Catalog, Errors, Svg, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        try
        {
            var graph = StreamGraph.Of(CatalogFiles.Load(parsed.GetValue(Catalog) ?? AppContext.BaseDirectory), parsed.GetValue(Errors));
            if (parsed.GetValue(Svg) is { } file)
            {
                File.WriteAllText(file, SvgGraph.Draw(graph));
            }

            if (parsed.GetValue(Json))
            {
                Report.Json(output, new { Nodes = graph.Nodes.Select(node => new { node.Id, Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(node.Kind.ToString()), node.Name, node.Column }), graph.Edges });
            }
            else if (parsed.GetValue(Svg) is null)
            {
                output.Write(MermaidGraph.Draw(graph));
            }

            return OperationsVerb.Good;
        }
        catch (Exception wrong) when (wrong is CatalogException or IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"millrace: {wrong.Message}");
            return OperationsVerb.Unusable;
        }
    }
}
