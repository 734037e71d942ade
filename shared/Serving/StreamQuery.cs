using System.Globalization;
using Millrace.Core;

namespace Millrace.Serving;

/// <summary>What a client asks for, checked.</summary>
/// <param name="Streams">The streams, at least one.</param>
/// <param name="Resume">Where it was; empty where it does not resume.</param>
/// <param name="Since">The time to begin at where it does not resume, in milliseconds since 1970; null is from now on.</param>
/// <param name="Filter">Which events it wants.</param>
internal sealed record StreamQuery(IReadOnlyList<StreamDefinition> Streams, IReadOnlyList<ResumePosition> Resume, long? Since, EventFilter Filter)
{
    private const int MaxStreams = 20;

    /// <exception cref="StreamRefusedException">Something of it is wrong (400), or a stream is not to be had (404).</exception>
    public static StreamQuery Of(StreamRequest request, StreamCatalog catalog)
    {
        foreach (var (name, _) in request.Query.Where(parameter => parameter.Key is not ("since" or "filter")))
        {
            throw new StreamRefusedException(400, $"The query has '{Excerpt.Of(name)}'; allowed are since, and filter any number of times.");
        }

        var times = request.Query.Where(parameter => parameter.Key == "since").Select(parameter => parameter.Value).ToList();
        return new StreamQuery(
            StreamsOf(request.Streams, catalog),
            ResumePosition.Read(request.LastEventId),
            times.Count switch { 0 => null, 1 => Time(times[0]), _ => throw new StreamRefusedException(400, $"The query has 'since' {times.Count} times; allowed is once.") },
            EventFilter.Of([.. request.Query.Where(parameter => parameter.Key == "filter").Select(parameter => parameter.Value)]));
    }

    private static List<StreamDefinition> StreamsOf(string names, StreamCatalog catalog)
    {
        var wanted = names.Split(',').Distinct().ToList();
        if (wanted.Count > MaxStreams)
        {
            throw new StreamRefusedException(400, $"{wanted.Count} streams are asked for; allowed are {MaxStreams} at a time.");
        }

        // One that must not be read is as if it were not there.
        return [.. wanted.Select(name => catalog.TryGet(name, out var stream) && stream.IsServed ? stream : throw new StreamRefusedException(404,
            $"There is no stream '{Excerpt.Of(name)}' to be read; there is {string.Join(", ", catalog.Streams.Where(known => known.IsServed).Select(known => known.Name).DefaultIfEmpty("none"))}."))];
    }

    private static long Time(string? text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return milliseconds;
        }

        // A plus that was not escaped has become a blank.
        return DateTimeOffset.TryParse(text?.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Math.Max(0, time.ToUnixTimeMilliseconds())
            : throw new StreamRefusedException(400, $"since is '{Excerpt.Of(text ?? "")}'; allowed is a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970.");
    }
}
