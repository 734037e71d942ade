using System.Text;

namespace Millrace.Local;

/// <summary>A simulation drawn with the characters of a terminal.</summary>
internal static class TextPlot
{
    private const int LabelWidth = 7;
    private const int LagRows = 8;
    private const int MaxReplicaRows = 8;
    private const string Levels = " ▁▂▃▄▅▆▇█";

    /// <summary>The rate, the lag and the replicas above one axis of time.</summary>
    /// <param name="moments">The simulation.</param>
    /// <param name="width">How many characters a line has.</param>
    public static string Draw(IReadOnlyList<ScaleMoment> moments, int width)
    {
        var columns = Math.Min(width - LabelWidth - 2, moments.Count);
        var buckets = Enumerable.Range(0, columns).Select(column => Bucket(moments, column, columns)).ToList();
        var text = new StringBuilder();
        Panel(text, "events/s in", [.. buckets.Select(bucket => bucket.Rate)], rows: 3);
        Panel(text, "lag, events", [.. buckets.Select(bucket => bucket.Lag)], LagRows);
        Replicas(text, buckets);
        Axis(text, moments.Count, columns);
        return text.ToString();
    }

    // The worst of its seconds: a peak is not to vanish in an average.
    private static ScaleMoment Bucket(IReadOnlyList<ScaleMoment> moments, int column, int columns)
    {
        var (from, to) = ((int)((long)column * moments.Count / columns), (int)((long)(column + 1) * moments.Count / columns));
        var own = Enumerable.Range(from, to - from).Select(second => moments[second]).ToList();
        return own[0] with { Rate = own.Max(moment => moment.Rate), Lag = own.Max(moment => moment.Lag), Replicas = own.Max(moment => moment.Replicas), Ready = own.Max(moment => moment.Ready) };
    }

    private static void Panel(StringBuilder text, string title, double[] values, int rows)
    {
        text.AppendLine(title);
        var top = PlotScale.Top(values.Max());
        for (var row = rows; row > 0; row--)
        {
            var label = row == rows ? PlotScale.Count(top) : row * 2 == rows ? PlotScale.Count(top / 2) : "";
            Line(text, label, values.Select(value => value <= 0 ? ' ' : Cell(Math.Max(value / top * rows, 1.0 / 8) - (row - 1))));
        }
    }

    private static void Replicas(StringBuilder text, List<ScaleMoment> buckets)
    {
        text.AppendLine("replicas (░ is starting)");
        var top = Math.Max(1, buckets.Max(bucket => Math.Max(bucket.Replicas, bucket.Ready)));
        var rows = Math.Min(top, MaxReplicaRows);
        for (var row = rows; row > 0; row--)
        {
            Line(text, row == rows ? $"{top}" : row == 1 && rows == top ? "1" : "", buckets.Select(bucket =>
                Cell(((double)bucket.Ready / top * rows) - (row - 1)) is var ready and not ' ' ? ready
                : ((double)bucket.Replicas / top * rows) - (row - 1) > 0.4 ? '░' : ' '));
        }
    }

    private static void Axis(StringBuilder text, int seconds, int columns)
    {
        var (axis, labels) = (new StringBuilder(new string('─', columns)), new StringBuilder(new string(' ', columns + LabelWidth)));
        var step = PlotScale.TimeStep(seconds, Math.Max(2, columns / 12));
        for (var second = 0; second < seconds; second += step)
        {
            var column = (int)((long)second * columns / seconds);
            axis[column] = '┴';
            var label = PlotScale.Time(second);
            labels.Remove(column, label.Length).Insert(column, label);
        }

        text.Append(' ', LabelWidth).Append('└').AppendLine(axis.ToString());
        text.Append(' ', LabelWidth + 1).AppendLine(labels.ToString().TrimEnd());
    }

    private static void Line(StringBuilder text, string label, IEnumerable<char> cells) =>
        text.Append(label.PadLeft(LabelWidth)).Append(label.Length > 0 ? '┤' : '│').AppendLine(string.Concat(cells).TrimEnd());

    private static char Cell(double filled) => Levels[(int)Math.Clamp(Math.Round(filled * 8), 0, 8)];
}
