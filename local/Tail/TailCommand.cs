using System.CommandLine;
using Millrace.Serving;

namespace Millrace.Local;

/// <summary><c>millrace tail</c>: the events of a stream as they come.</summary>
internal static class TailCommand
{
    private static readonly Argument<string> Stream = new("STREAM") { Description = "A stream of the catalog, such as mediawiki.page_change.v1 or PageChange.error, or one topic of it." };

    private static readonly Option<string[]> Filter = new("--filter") { Description = "Only events that have this value at this path, such as page.page_id:17 or meta.domain:wiki.example.org. Several of one path are alternatives; all paths have to match. Canaries never do.", HelpName = "PATH:VALUE" };

    private static readonly Option<string?> From = new("--from") { Description = $"Where to begin: {BackfillBound.Allowed}. By default with what comes from now on.", HelpName = "TIME|OFFSET" };

    private static readonly Option<int> Count = new("--count") { Description = "How many events to end after; 0 is never.", HelpName = "N", DefaultValueFactory = _ => 0 };

    private static readonly Option<bool> Stop = new("--no-follow") { Description = "End where the stream ends at the moment, instead of waiting for more." };

    public static Command Create() => OperationsVerb.Create("tail", """
        Show the events of a stream as they come, in order within each partition: what is committed, outside any consumer
        group, so that nobody else is disturbed.

        With --json each line has the event's position, time, key and headers, and the event below "event"; a value that is
        no JSON is a string below "value".

        Examples:
          millrace tail mediawiki.page_change.v1
          millrace tail mediawiki.page_change.v1 --filter wiki_id:enwiki --filter page_change_kind:create --count 10
          millrace tail PageChange.error --from earliest --no-follow --json | jq -r .event.error_type | sort | uniq -c

        Exit codes: 0 it has ended; 2 an option cannot be used, or nobody answers.
        """, RunAsync, Stream, Filter, From, Count, Stop);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var (count, from) = (OperationsVerb.Bounded(parsed, Count, 0, int.MaxValue), OperationsVerb.Bound(parsed, From));
        var (topics, filter) = (platform.TopicsOf(parsed.GetValue(Stream)!), Read(parsed));
        if (parsed.GetValue(Stop) && from is null)
        {
            throw new UsageException("--no-follow is set, and --from is not: there would be nothing to show.");
        }

        var scan = new TopicScan(platform.Kafka);
        var ranges = await scan.PlanAsync(topics, from);
        if (ranges.Count == 0)
        {
            throw new UsageException($"Kafka at {platform.Kafka.BootstrapServers} has no topic {string.Join(" or ", topics)}.");
        }

        if (from is null)
        {
            ranges = [.. ranges.Select(range => range with { From = range.To })];
        }

        var (output, json) = (parsed.InvocationConfiguration.Output, parsed.GetValue(OperationsVerb.Json));
        await foreach (var record in parsed.GetValue(Stop) ? scan.ReadAsync(ranges, cancellation) : scan.FollowAsync(ranges, cancellation))
        {
            if (filter?.Accepts(record.Value) == false)
            {
                continue;
            }

            await output.WriteLineAsync(json ? RecordText.Json(record) : RecordText.Line(record));
            if (--count == 0)
            {
                break;
            }
        }

        return OperationsVerb.Good;
    }

    private static EventFilter? Read(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(Filter) is { Length: > 0 } filters ? EventFilter.Of(filters) : null;
        }
        catch (StreamRefusedException cause)
        {
            throw new UsageException($"--{cause.Message}");
        }
    }
}
