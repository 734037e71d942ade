using System.Globalization;
using System.Text;
using System.Xml;

namespace Millrace.Local;

/// <summary>A simulation drawn as an SVG image that a browser shows in its light or dark colours.</summary>
internal static class SvgPlot
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const int Width = 960;
    private const int Left = 64;
    private const int Right = 24;
    private const int MaxPoints = 2_000;

    private const string Style = """
        svg { --paper: #ffffff; --ink: #1f2328; --faint: #d8dee4; --lag: #0969da; --rate: #8250df; --ready: #1a7f37; --wanted: #bc4c00; }
        @media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --faint: #30363d; --lag: #58a6ff; --rate: #bc8cff; --ready: #3fb950; --wanted: #f0883e; } }
        text { font: 13px system-ui, sans-serif; fill: var(--ink); } .title { font-size: 16px; font-weight: 600; }
        .paper { fill: var(--paper); } .grid { stroke: var(--faint); } path.area { stroke: none; fill-opacity: .25; } path.line { fill: none; stroke-width: 1.8; }
        .lag { fill: var(--lag); stroke: var(--lag); } .rate { fill: var(--rate); stroke: var(--rate); } .ready { fill: var(--ready); stroke: var(--ready); }
        .wanted { stroke: var(--wanted); stroke-dasharray: 5 3; }
        """;

    private sealed record Panel(string Label, int Top, int Height, double Max, bool IsStep, params (string Class, Func<ScaleMoment, double> Value, bool HasArea)[] Series);

    /// <summary>The image.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="subtitle">With which settings.</param>
    /// <param name="moments">The simulation.</param>
    public static string Draw(string title, string subtitle, IReadOnlyList<ScaleMoment> moments)
    {
        var replicas = Math.Max(1, moments.Max(moment => Math.Max(moment.Replicas, moment.Ready)));
        Panel[] panels =
        [
            new("events/s in", 88, 90, PlotScale.Top(moments.Max(moment => moment.Rate)), IsStep: true, ("rate", moment => moment.Rate, true)),
            new("lag, events", 224, 180, PlotScale.Top(moments.Max(moment => moment.Lag)), IsStep: false, ("lag", moment => moment.Lag, true)),
            new("replicas: solid those that work, dashed those that there are to be", 450, 130, replicas, IsStep: true, ("ready", moment => moment.Ready, true), ("wanted", moment => moment.Replicas, false)),
        ];
        var bottom = panels[^1].Top + panels[^1].Height;
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            xml.WriteStartElement("svg", Namespace);
            Attributes(xml, ("viewBox", $"0 0 {Width} {bottom + 40}"), ("role", "img"));
            xml.WriteElementString("title", Namespace, title);
            xml.WriteElementString("style", Namespace, Style);
            Element(xml, "rect", null, ("class", "paper"), ("width", "100%"), ("height", "100%"));
            Element(xml, "text", title, ("class", "title"), ("x", Left), ("y", 30));
            Element(xml, "text", subtitle, ("x", Left), ("y", 52));
            Times(xml, moments.Count, panels[0].Top, bottom);
            foreach (var panel in panels)
            {
                Draw(xml, panel, moments);
            }

            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Draw(XmlWriter xml, Panel panel, IReadOnlyList<ScaleMoment> moments)
    {
        var bottom = panel.Top + panel.Height;
        Element(xml, "text", panel.Label, ("x", Left), ("y", panel.Top - 8));
        var marks = panel.IsStep && panel.Max <= 10 && panel.Label.StartsWith("replicas", StringComparison.Ordinal) ? (int)panel.Max : 4;
        for (var mark = 0; mark <= marks; mark++)
        {
            var y = bottom - (panel.Height * mark / (double)marks);
            Element(xml, "line", null, ("class", "grid"), ("x1", Left), ("x2", Width - Right), ("y1", y), ("y2", y));
            if (mark % (marks > 5 ? 2 : 1) == 0)
            {
                Element(xml, "text", PlotScale.Count(panel.Max * mark / marks), ("x", Left - 8), ("y", y + 4), ("text-anchor", "end"));
            }
        }

        foreach (var (name, value, hasArea) in panel.Series)
        {
            var line = Path(panel, moments, value);
            if (hasArea)
            {
                Element(xml, "path", null, ("class", $"area {name}"), ("d", $"{line} V{Number(bottom)} H{Left} Z"));
            }

            Element(xml, "path", null, ("class", $"line {name}"), ("d", line));
        }
    }

    private static string Path(Panel panel, IReadOnlyList<ScaleMoment> moments, Func<ScaleMoment, double> value)
    {
        var path = new StringBuilder();
        var every = Math.Max(1, (moments.Count + MaxPoints - 1) / MaxPoints);
        var (before, flat) = (double.NaN, "");
        for (var second = 0; second < moments.Count; second += every)
        {
            var most = Enumerable.Range(second, Math.Min(every, moments.Count - second)).Max(at => value(moments[at]));
            var y = panel.Top + panel.Height - (panel.Height * most / panel.Max);
            if (y != before || second + every >= moments.Count)
            {
                var x = Number(X(second, moments.Count));
                path.Append(path.Length == 0 ? $"M{x} {Number(y)}" : panel.IsStep ? $" H{x} V{Number(y)}" : $"{flat} L{x} {Number(y)}");
            }

            // Points of one height are left out, but for the last of them: there the line leaves it.
            flat = y == before ? $" H{Number(X(second, moments.Count))}" : "";
            before = y;
        }

        return path.ToString();
    }

    private static void Times(XmlWriter xml, int seconds, int top, int bottom)
    {
        var step = PlotScale.TimeStep(seconds, 12);
        for (var second = 0; second < seconds; second += step)
        {
            Element(xml, "line", null, ("class", "grid"), ("x1", X(second, seconds)), ("x2", X(second, seconds)), ("y1", top), ("y2", bottom));
            Element(xml, "text", PlotScale.Time(second), ("x", X(second, seconds)), ("y", bottom + 20), ("text-anchor", "middle"));
        }
    }

    private static double X(int second, int seconds) => Left + ((double)(Width - Left - Right) * second / Math.Max(1, seconds - 1));

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
            xml.WriteAttributeString(name, value is double number ? Number(number) : Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
