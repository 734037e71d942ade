using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.EndToEnd;

/// <summary>The console that <c>millrace dev</c> serves beside its functions.</summary>
public sealed class DevConsoleTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task An_event_that_failed_is_corrected_on_the_console_and_its_stage_works_on_it_after_all()
    {
        using var millrace = new MillraceCommand();
        var example = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "jsonschema", "mediawiki", "revision", "create", "1.1.0.json")))!["examples"]![0]!;
        example["meta"]!["stream"] = "mediawiki.revision-create";
        var right = example.ToJsonString();
        example["rev_id"] = "forty-two";
        using var dev = millrace.Start("dev", "--port", "0", "--allow-changes", "--input", millrace.Write("edits.ndjson", [Encoding.UTF8.GetBytes(example.ToJsonString())]));
        var said = await dev.SaysAsync("The console is at ");
        using var client = new HttpClient { BaseAddress = new Uri(said[said.IndexOf("http", StringComparison.Ordinal)..^1]) };
        client.DefaultRequestHeaders.Add("X-Millrace-Csrf", (await GetAsync("api/session")).GetProperty("csrf").GetString());
        var failed = await UntilAsync(events => events.Count == 1);

        var plan = await PostAsync("api/replays", new { ids = new[] { failed.GetProperty("position").GetString() }, @event = right, dryRun = false });
        var resolved = await UntilAsync(events => events is [var only] && only.GetProperty("state").GetString() == "resolved");
        var stage = await GetAsync("api/stages/PageChange");

        Assert.True(plan.GetProperty("done").GetBoolean(), plan.GetRawText());
        Assert.Equal(("emitted", true), (resolved.GetProperty("mark").GetProperty("outcome").GetString(), resolved.GetProperty("mark").GetProperty("isEdited").GetBoolean()));
        Assert.True(stage.GetProperty("latencies").GetProperty("p99Ms").GetDouble() > 0);
        Assert.Contains("replayed 1 error events", await dev.KillAsync(), StringComparison.Ordinal);

        async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await client.GetStringAsync(path));

        async Task<JsonElement> PostAsync(string path, object body)
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } };
            using var answer = await client.PostAsync(path, content);
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        }

        async Task<JsonElement> UntilAsync(Func<List<JsonElement>, bool> isSo)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (true)
            {
                var events = (await GetAsync("api/errors?state=all")).GetProperty("events").EnumerateArray().ToList();
                if (isSo(events))
                {
                    return events[0];
                }

                await Task.Delay(Pause, TimeProvider.System, patience.Token);
            }
        }
    }

    [Fact]
    public async Task Each_side_of_several_datacenters_has_a_console_of_its_own()
    {
        using var millrace = new MillraceCommand();
        using var dev = millrace.Start("dev", "--datacenters", "eqiad,codfw", "--port", "0", "--rate", "1");

        foreach (var side in (string[])["eqiad", "codfw"])
        {
            Assert.Equal(side, (await SessionAsync(await dev.SaysAsync($"The console of {side} is at "))).GetProperty("datacenter").GetString());
        }

        await dev.KillAsync();
    }

    [Fact]
    public async Task Workers_that_are_scaled_have_a_console_beside_them_that_only_reads()
    {
        using var millrace = new MillraceCommand();
        using var dev = millrace.Start("dev", "--scale", "--port", "0", "--rate", "1");

        Assert.False((await SessionAsync(await dev.SaysAsync("The console is at "))).GetProperty("allowChanges").GetBoolean());
        await dev.KillAsync();
    }

    [Fact]
    public async Task A_run_that_only_drains_serves_none()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--until-drained", "--input", millrace.Write("none.ndjson", []));

        Assert.DoesNotContain("console", run.Output + run.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonElement> SessionAsync(string said)
    {
        using var client = new HttpClient();
        return JsonElement.Parse(await client.GetStringAsync(new Uri(said[said.IndexOf("http", StringComparison.Ordinal)..^1] + "api/session")));
    }
}
