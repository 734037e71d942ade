using System.Xml.Linq;

namespace Millrace.Local.Tests;

public sealed class GraphCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-graph-").FullName;

    public GraphCommandTests()
    {
        File.WriteAllText(Path.Combine(_directory, "streams.json"), """{ "streams": { "a.in": { "schema_title": "t" }, "b-out": { "schema_title": "t" } } }""");
        File.WriteAllText(Path.Combine(_directory, "stages.json"), """
            { "stages": { "Store": { "inputs": ["b-out"], "connector": "postgres" }, "Enrich": { "inputs": ["a.in"], "outputs": { "b-out": "/t/1.0.0" } } } }
            """);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Mermaid_has_streams_stages_and_stores_upstream_first() => Assert.Equal("""
        flowchart LR
          n0["a.in"]
          n1[["Enrich"]]
          n2["b-out"]
          n3[["Store"]]
          n4[("postgres")]
          n0 --> n1
          n1 --> n2
          n2 --> n3
          n3 --> n4

        """, (await RunAsync()).Output);

    [Fact]
    public async Task Streams_of_errors_are_drawn_on_demand()
    {
        var lines = (await RunAsync("--errors")).Output.Split('\n');

        Assert.Equal(2, lines.Count(line => line.Contains(".error\"]", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.Contains(" -.-> ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_image_has_a_box_for_each_node_and_a_line_for_each_edge_and_they_do_not_overlap()
    {
        var file = Path.Combine(_directory, "graph.svg");

        var run = await RunAsync("--errors", "--svg", file);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        var svg = XDocument.Load(file).Root!;
        var boxes = svg.Elements().Where(element => element.Name.LocalName == "rect" && element.Attribute("class")!.Value.StartsWith("box", StringComparison.Ordinal))
            .Select(box => (X: (double)box.Attribute("x")!, Y: (double)box.Attribute("y")!, Width: (double)box.Attribute("width")!, Height: (double)box.Attribute("height")!)).ToList();
        Assert.Equal((7, 6), (boxes.Count, svg.Elements().Count(element => element.Name.LocalName == "path")));
        Assert.All(boxes, box => Assert.DoesNotContain(boxes, other => other != box && other.X < box.X + box.Width && box.X < other.X + other.Width && other.Y < box.Y + box.Height && box.Y < other.Y + other.Height));
    }

    [Fact]
    public async Task The_apps_own_catalog_is_drawn_by_default()
    {
        var run = await Verb.RunAsync(GraphCommand.Create());

        Assert.Contains("[[\"PageChange\"]]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_a_catalog_is_exit_code_2()
    {
        var run = await Verb.RunAsync(GraphCommand.Create(), "--catalog", Path.Combine(_directory, "none"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("millrace: ", run.Error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => Verb.RunAsync(GraphCommand.Create(), ["--catalog", _directory, .. arguments]);
}
