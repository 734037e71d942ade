using System.Globalization;
using System.Text.Json;

namespace Millrace.Local;

/// <summary>How many events a second come in, over time: a rate holds until the next.</summary>
internal sealed class RateTrace
{
    /// <summary>What a file of a trace has to look like.</summary>
    public const string Allowed = "lines of seconds,events_per_second (CSV, a header may stand first) or {\"seconds\": 0, \"events_per_second\": 10} (NDJSON), by ascending seconds";

    private const double MaxSeconds = 31 * 24 * 3600;
    private const double MaxRate = 100_000_000;
    private const int MaxLines = 1_000_000;
    private static readonly TimeSpan OnlyRow = TimeSpan.FromSeconds(60);

    private readonly List<(double Seconds, double Rate)> _rows;

    private RateTrace(List<(double Seconds, double Rate)> rows) => _rows = rows;

    /// <summary>When it ends: the last rate holds as long as the one before it did, or a minute where there is but one.</summary>
    public double EndSeconds => _rows[^1].Seconds + (_rows.Count > 1 ? _rows[^1].Seconds - _rows[^2].Seconds : OnlyRow.TotalSeconds);

    /// <summary>The highest rate, in events a second.</summary>
    public double Peak => _rows.Max(row => row.Rate);

    /// <summary>The rate in each second from zero to the end, in events a second.</summary>
    public IEnumerable<double> BySecond()
    {
        var row = -1;
        for (var second = 0; second < EndSeconds; second++)
        {
            while (row + 1 < _rows.Count && _rows[row + 1].Seconds <= second)
            {
                row++;
            }

            yield return row < 0 ? 0 : _rows[row].Rate;
        }
    }

    /// <summary>Reads a trace.</summary>
    /// <exception cref="UsageException">A line cannot be used; the message names it and says what is allowed.</exception>
    public static RateTrace Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"--simulate names '{path}', which is no file; allowed is a file with {Allowed}.");
        }

        var rows = new List<(double Seconds, double Rate)>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#') || (rows.Count == 0 && IsHeader(line)))
            {
                continue;
            }

            var row = Parse(line);
            if (row is not (>= 0 and <= MaxSeconds, >= 0 and <= MaxRate) || (rows.Count > 0 && row.Value.Seconds <= rows[^1].Seconds) || number > MaxLines)
            {
                throw new UsageException($"{path}:{number} is '{(line.Length > 80 ? line[..80] + "…" : line)}'; allowed are {Allowed}: 0 to {MaxSeconds:0} seconds, 0 to {MaxRate:0} events a second, at most {MaxLines} lines.");
            }

            rows.Add(row.Value);
        }

        return rows.Count > 0 ? new RateTrace(rows) : throw new UsageException($"{path} has no rate; allowed are {Allowed}.");
    }

    private static bool IsHeader(string line) => char.IsAsciiLetter(line[0]) && line.Contains(',', StringComparison.Ordinal);

    private static (double Seconds, double Rate)? Parse(string line)
    {
        if (line.TrimStart().StartsWith('{'))
        {
            return ParseJson(line);
        }

        return line.Split(',') is [var seconds, var rate]
            && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var at)
            && double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out var events) ? (at, events) : null;
    }

    private static (double Seconds, double Rate)? ParseJson(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("seconds", out var seconds) && seconds.TryGetDouble(out var at)
                && json.RootElement.TryGetProperty("events_per_second", out var rate) && rate.TryGetDouble(out var events) ? (at, events) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
