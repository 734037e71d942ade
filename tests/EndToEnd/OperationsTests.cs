using System.Text;
using System.Text.Json;
using Millrace.Local;

namespace Millrace.EndToEnd;

/// <summary>What operators ask a running <c>millrace dev</c>.</summary>
public sealed class OperationsTests
{
    private const string Broken = """{"$schema":"/mediawiki/revision/create/1.1.0","meta":{"id":"broken","stream":"mediawiki.revision-create"}}""";

    [Fact]
    public async Task Beside_a_session_they_tell_of_its_events_without_being_told_where_it_is()
    {
        using var millrace = new MillraceCommand();
        var edit = new SampleEvents(1).Next(DateTimeOffset.UnixEpoch.AddYears(56)).Value;
        using var dev = millrace.Start("dev", "--port", "0", "--input", millrace.Write("edits.ndjson", [edit, Encoding.UTF8.GetBytes(Broken)]));
        await dev.SaysAsync("Waiting for the functions' partitions");

        var content = Event(await millrace.RunAsync("tail", "mediawiki.page_content_change.v1", "--from", "earliest", "--count", "1", "--json"));
        var failed = Event(await millrace.RunAsync("tail", "PageChange.error", "--from", "earliest", "--count", "1", "--json"));
        var status = await millrace.RunAsync("status", "--json", "--interval", "0");
        var lag = await millrace.RunAsync("lag", "--json");
        var show = await millrace.RunAsync("errors", "show", Id(failed), "--json");
        var (passed, refused) = (await millrace.RunAsync("trace", Id(content), "--json"), await millrace.RunAsync("trace", "broken", "--json"));
        await dev.SignalAsync("TERM");
        await dev.EndAsync();

        Assert.Equal(["PageChange", "PageContentChange"], status.Summary.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stage").GetString()));
        Assert.Equal(1, status.Stage("PageChange").GetProperty("errors").GetInt64());
        Assert.All(lag.Summary.GetProperty("stages").EnumerateArray(), stage => Assert.True(stage.GetProperty("members").GetInt32() > 0));
        Assert.Equal(Broken, show.Summary.GetProperty("raw_event").GetString());

        var start = Assert.Single(passed.Summary.GetProperty("roots").EnumerateArray());
        var last = Made(Made(start, "PageChange", "emitted"), "PageContentChange", "emitted");
        Assert.Equal((JsonElement.Parse(edit).GetProperty("meta").GetProperty("id").GetString(), Id(content)), (start.GetProperty("id").GetString(), last.GetProperty("id").GetString()));

        var error = Made(Assert.Single(refused.Summary.GetProperty("roots").EnumerateArray()), "PageChange", "failed");
        Assert.Equal((Id(failed), "invalid_event"), (error.GetProperty("id").GetString(), error.GetProperty("error_type").GetString()));
    }

    private static JsonElement Event(CommandResult tail)
    {
        Assert.True(tail.ExitCode == 0, tail.Error);
        return tail.Summary.GetProperty("event");
    }

    private static string Id(JsonElement happened) => happened.GetProperty("meta").GetProperty("id").GetString()!;

    private static JsonElement Made(JsonElement node, string stage, string result)
    {
        var outcome = node.GetProperty("stages").EnumerateArray().Single(one => one.GetProperty("stage").GetString() == stage);
        Assert.Equal(result, outcome.GetProperty("result").GetString());
        return Assert.Single(outcome.GetProperty("events").EnumerateArray());
    }
}
