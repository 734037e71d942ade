using System.Text.Json.Nodes;
using Millrace.Local;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>An event that is checked, and one that is sent.</summary>
public sealed class SendTests
{
    private const string Validate = $"api/streams/{Input}/validate";
    private const string Send = $"api/streams/{Input}/events";

    [Fact]
    public async Task What_does_not_match_its_schema_is_told_field_by_field()
    {
        await using var console = await ObservedConsole.StartAsync();

        var (status, verdict) = await console.PostAsync(Validate, await SampleAsync(console, sample => sample["page_id"] = "seventeen"));

        Assert.Equal((200, false), (status, verdict.GetProperty("valid").GetBoolean()));
        var problem = Assert.Single(verdict.GetProperty("problems").EnumerateArray());
        Assert.Equal(".page_id", problem.GetProperty("path").GetString());
        Assert.Contains("must be integer", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The body is not JSON")]
    [InlineData("{", "The body is not JSON")]
    [InlineData("5", "The body must be a JSON object")]
    [InlineData("[{},{}]", "The body has")]
    [InlineData("{}", "'.$schema' must be a text")]
    [InlineData("""{"$schema":"http://evil.example/schema"}""", "")]
    [InlineData("""{"$schema":"/mediawiki/revision/create/1.1.0","meta":{"stream":"mediawiki.page_change.v1"}}""", "'.$schema' names '/mediawiki/revision/create/1.1.0' of title")]
    [InlineData("""{"$schema":"/mediawiki/revision/create/1.1.0","meta":{"stream":"nothing"}}""", "'.meta.stream' is 'nothing', which is no stream that is taken here.")]
    public async Task What_the_intake_would_refuse_is_refused_in_its_words(string text, string message)
    {
        await using var console = await ObservedConsole.StartAsync();

        var (status, verdict) = await console.PostAsync(Validate, text);

        Assert.Equal((200, false), (status, verdict.GetProperty("valid").GetBoolean()));
        Assert.StartsWith(message, verdict.GetProperty("problems")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_another_stream_is_not_taken_for_this_one()
    {
        await using var console = await ObservedConsole.StartAsync();

        var (_, verdict) = await console.PostAsync("api/streams/mediawiki.page-create/validate", await SampleAsync(console));

        Assert.Equal("'.meta.stream' names another stream than 'mediawiki.page-create'.", verdict.GetProperty("problems")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task An_event_that_is_sent_is_keyed_and_routed_by_the_catalog_told_with_its_id_and_logged()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { AllowChanges = true });

        var (status, answer) = await console.PostAsync(Send, await SampleAsync(console));

        Assert.Equal(200, status);
        var sent = answer.GetProperty("sent");
        var id = sent.GetProperty("id").GetString();
        Assert.Equal((Input, 36), (sent.GetProperty("topic").GetString(), id!.Length));
        var record = await console.FirstAsync($"api/streams/{Input}/tail?last=1", "record", _ => true);
        Assert.Equal((id, """{"wiki_id":"examplewiki","page_id":17}"""), (record.GetProperty("event").GetProperty("meta").GetProperty("id").GetString(), record.GetProperty("key").GetString()));
        Assert.Contains($"Information: local sent the event {id} to {Input}", console.Log.Lines);
    }

    [Fact]
    public async Task An_event_that_is_not_valid_is_not_sent()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { AllowChanges = true });

        var (status, problem) = await console.PostAsync(Send, await SampleAsync(console, sample => sample.Remove("rev_id")));

        Assert.Equal((422, "The event is not valid"), (status, problem.GetProperty("title").GetString()));
        Assert.Contains("rev_id", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await console.OkAsync($"api/streams/{Input}")).GetProperty("events").GetInt64());
    }

    [Fact]
    public async Task Where_brokers_are_away_it_is_told_that_the_event_is_not_stored()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { AllowChanges = true }, ("Intake:AcknowledgeWithin", "00:00:02"));
        var sample = await SampleAsync(console);
        await console.Cluster.Broker.DownAsync();

        var (status, problem) = await console.PostAsync(Send, sample);

        Assert.Equal((503, "The event is not stored"), (status, problem.GetProperty("title").GetString()));
    }

    private static async Task<string> SampleAsync(ObservedConsole console, Action<JsonObject>? change = null)
    {
        var sample = JsonNode.Parse((await console.OkAsync($"api/streams/{Input}")).GetProperty("sample").GetRawText())!.AsObject();
        change?.Invoke(sample);
        return sample.ToJsonString();
    }
}
