using System.Xml.Linq;

namespace Millrace.Local.Tests;

/// <summary><c>millrace scale --simulate</c>.</summary>
public sealed class ScaleCommandTests : IDisposable
{
    private static readonly string Burst = Path.Combine(Corpus.Repository, "infra", "traces", "burst.csv");

    private readonly ScaleVerb _verb = new();

    public void Dispose() => _verb.Dispose();

    [Fact]
    public void The_example_is_plotted_and_summed_up()
    {
        var run = ScaleVerb.Run(Burst);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(
            ["PageContentChange: lagThreshold 2,000, 0 to 4 replicas of 200 events/s, 4 partitions", "lag, events", "replicas (░ is starting)", "peak lag", "longest lag", "replica-seconds", "0:00", "█"],
            text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void A_lower_threshold_costs_more_and_lags_less()
    {
        var (few, many) = (Summary("lagThreshold=4000"), Summary("lagThreshold=500"));

        Assert.True(many("replica_seconds") > few("replica_seconds"));
        Assert.True(many("longest_lag_seconds") < few("longest_lag_seconds"));

        Func<string, double> Summary(string setting) => ScaleVerb.RunJson(Burst, "--set", setting, "--events-per-second", "400").GetProperty("summary") is var summary
            ? field => summary.GetProperty(field).GetDouble() : throw new InvalidOperationException();
    }

    [Fact]
    public void The_image_is_xml_that_follows_the_readers_colours_and_has_a_line_for_each_series()
    {
        var path = Path.Combine(_verb.Directory, "plot.svg");

        Assert.Equal(0, ScaleVerb.Run(Burst, "--svg", path).ExitCode);

        var svg = XDocument.Load(path).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Contains("prefers-color-scheme: dark", svg.Value, StringComparison.Ordinal);
        Assert.Equal(4, svg.Elements().Count(element => element.Attribute("class")?.Value.StartsWith("line ", StringComparison.Ordinal) == true));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_second_is_in_the_json()
    {
        var json = ScaleVerb.RunJson(_verb.Write("t.csv", "0,100", "10,0"));

        Assert.Equal(100, json.GetProperty("moments")[5].GetProperty("rate").GetDouble());
        Assert.Equal(1_000, json.GetProperty("summary").GetProperty("events").GetDouble());
        Assert.Equal(2_000, json.GetProperty("settings").GetProperty("rules").GetProperty("lag_threshold").GetInt64());
    }

    [Fact]
    public void Lines_of_json_are_a_trace_too()
    {
        var csv = ScaleVerb.RunJson(_verb.Write("t.csv", "seconds,events_per_second", "0,50", "", "# later", "30,10")).GetProperty("moments").ToString();
        var json = ScaleVerb.RunJson(_verb.Write("t.ndjson", """{"seconds":0,"events_per_second":50}""", """{"seconds":30,"events_per_second":10}""")).GetProperty("moments").ToString();

        Assert.Equal(csv, json);
    }

    [Fact]
    public void Events_that_no_replica_would_come_for_are_told_of()
    {
        var run = ScaleVerb.Run(_verb.Write("t.csv", "0,1", "3,0"), "--set", "activationLagThreshold=100");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("3 events are left behind at the end", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_least_replicas_are_left_when_the_trace_has_ended()
    {
        var moments = ScaleVerb.RunJson(Burst, "--set", "minReplicas=1").GetProperty("moments");

        Assert.Equal(1, moments[moments.GetArrayLength() - 1].GetProperty("ready").GetInt32());
        Assert.True(moments.EnumerateArray().Min(moment => moment.GetProperty("replicas").GetInt32()) == 1);
    }

    [Theory]
    [InlineData("--set is 'x'; allowed is NAME=VALUE.", "--set", "x")]
    [InlineData("--set names 'lagTreshold'; allowed are minReplicas,", "--set", "lagTreshold=1")]
    [InlineData("--set lagThreshold is 'many'; allowed is a whole number.", "--set", "lagThreshold=many")]
    [InlineData("--set lagThreshold is 0; allowed is 1 to 100000000.", "--set", "lagThreshold=0")]
    [InlineData("--set cooldownPeriod is 'soon'; allowed is a number of seconds, or a time such as 00:00:30.", "--set", "cooldownPeriod=soon")]
    [InlineData("--set offsetResetPolicy is 'middle'; allowed is latest or earliest.", "--set", "offsetResetPolicy=middle")]
    [InlineData("--set maxReplicas is 1; allowed is minReplicas, 2, or more.", "--set", "maxReplicas=1", "--set", "minReplicas=2")]
    [InlineData("--events-per-second is 0; allowed is more than 0", "--events-per-second", "0")]
    [InlineData("--partitions is 0; allowed is 1 to 1000.", "--partitions", "0")]
    [InlineData("--start-up is -1; allowed is 0 to 3600 seconds.", "--start-up", "-1")]
    public void What_cannot_be_used_is_refused_with_what_is_allowed(string message, params string[] arguments)
    {
        var run = ScaleVerb.Run(Burst, arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":2 is '5,lots'", "0,1", "5,lots")]
    [InlineData(":2 is '0,2'", "0,1", "0,2")]
    [InlineData(":1 is '-1,2'", "-1,2")]
    [InlineData(":1 is '0,-2'", "0,-2")]
    [InlineData(":1 is '0,NaN'", "0,NaN")]
    [InlineData(":1 is '{\"seconds\":0}'", "{\"seconds\":0}")]
    [InlineData(":1 is '{\"seconds\":'", "{\"seconds\":")]
    [InlineData("has no rate; allowed are lines of seconds,events_per_second", "# nothing")]
    public void A_trace_that_cannot_be_used_is_refused_with_its_line_and_what_is_allowed(string message, params string[] lines)
    {
        var run = ScaleVerb.Run(_verb.Write("t.csv", lines));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_or_a_stage_that_there_is_not_is_refused()
    {
        Assert.Contains("--simulate names 'absent.csv', which is no file", ScaleVerb.Run("absent.csv").Error, StringComparison.Ordinal);
        Assert.Contains("has no stage 'Nope'; it has PageChange, PageContentChange", ScaleVerb.Run(Burst, "--stage", "Nope").Error, StringComparison.Ordinal);
    }
}
