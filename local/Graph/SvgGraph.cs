using System.Globalization;
using System.Text;
using System.Xml;

namespace Millrace.Local;

/// <summary>A graph of streams drawn as an SVG image that a browser shows in its light or dark colours.</summary>
internal static class SvgGraph
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const int Margin = 24;
    private const int BoxHeight = 34;
    private const int RowHeight = 56;
    private const int Gap = 72;

    // A character of the font is 7.4 wide on average; a box that is too wide does not matter, one that is too narrow does.
    private const double Character = 7.8;

    private const string Style = """
        svg { --paper: #ffffff; --ink: #1f2328; --line: #8c959f; --stage: #ddf4ff; --stream: #f6f8fa; --store: #fff8c5; --errors: #ffebe9; }
        @media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --line: #6e7681; --stage: #0c2d6b; --stream: #161b22; --store: #4b2900; --errors: #490202; } }
        text { font: 13px system-ui, sans-serif; fill: var(--ink); text-anchor: middle; } .paper { fill: var(--paper); }
        rect.box { stroke: var(--line); } .stage { fill: var(--stage); stroke-width: 2; } .stream { fill: var(--stream); } .store { fill: var(--store); } .errors { fill: var(--errors); }
        path { fill: none; stroke: var(--line); stroke-width: 1.5; } path.errors { stroke-dasharray: 5 4; } svg path { fill: none; }
        """;

    private sealed record Box(GraphNode Node, double X, double Y, double Width)
    {
        public double Middle => Y + (BoxHeight / 2.0);
    }

    /// <summary>The image.</summary>
    public static string Draw(StreamGraph graph)
    {
        var boxes = Place(graph);
        var (width, height) = (boxes.Values.Select(box => box.X + box.Width).DefaultIfEmpty().Max() + Margin, boxes.Values.Select(box => box.Y + BoxHeight).DefaultIfEmpty().Max() + Margin);
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            xml.WriteStartElement("svg", Namespace);
            Attributes(xml, ("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width:0} {height:0}")), ("role", "img"));
            xml.WriteElementString("title", Namespace, "Streams and stages");
            xml.WriteElementString("style", Namespace, Style);
            Element(xml, "rect", null, ("class", "paper"), ("width", "100%"), ("height", "100%"));
            foreach (var edge in graph.Edges)
            {
                Element(xml, "path", null, ("class", Class(boxes[edge.To].Node)), ("d", Curve(boxes[edge.From], boxes[edge.To])));
            }

            foreach (var box in boxes.Values)
            {
                Element(xml, "rect", null, ("class", $"box {Class(box.Node)}"), ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", BoxHeight), ("rx", box.Node.Kind == GraphNodeKind.Stage ? 3 : 17));
                Element(xml, "text", box.Node.Name, ("x", box.X + (box.Width / 2)), ("y", box.Middle + 4.5));
            }

            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    // Column by column; within one, by the middle of what leads there, so that lines seldom cross.
    private static Dictionary<string, Box> Place(StreamGraph graph)
    {
        var boxes = new Dictionary<string, Box>();
        double left = Margin;
        foreach (var column in graph.Nodes.GroupBy(node => node.Column).OrderBy(column => column.Key))
        {
            var width = column.Max(node => (node.Name.Length * Character) + 32);
            var ordered = column.OrderBy(node => graph.Edges.Where(edge => edge.To == node.Id && boxes.ContainsKey(edge.From)).Select(edge => boxes[edge.From].Y).DefaultIfEmpty(double.MaxValue).Average());
            double top = Margin;
            foreach (var node in ordered)
            {
                boxes[node.Id] = new Box(node, left, top, width);
                top += RowHeight;
            }

            left += width + Gap;
        }

        return boxes;
    }

    private static string Curve(Box from, Box to)
    {
        var (start, end) = (from.X + from.Width, to.X);
        var bend = Math.Max(Gap / 2.0, (end - start) / 2);
        return string.Create(CultureInfo.InvariantCulture, $"M{start:0.#},{from.Middle:0.#} C{start + bend:0.#},{from.Middle:0.#} {end - bend:0.#},{to.Middle:0.#} {end:0.#},{to.Middle:0.#}");
    }

    private static string Class(GraphNode node) => node.Kind switch
    {
        GraphNodeKind.Stage => "stage",
        GraphNodeKind.Store => "store",
        GraphNodeKind.Errors => "errors",
        _ => "stream",
    };

    private static void Element(XmlWriter xml, string name, string? content, params (string Name, object Value)[] attributes)
    {
        xml.WriteStartElement(name, Namespace);
        Attributes(xml, attributes);
        if (content is not null)
        {
            xml.WriteString(content);
        }

        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
        {
            xml.WriteAttributeString(name, string.Create(CultureInfo.InvariantCulture, $"{value:0.#}"));
        }
    }
}
