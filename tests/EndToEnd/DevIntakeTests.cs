using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Millrace.EndToEnd;

/// <summary>What is posted to <c>millrace dev</c> goes through its stages.</summary>
public sealed class DevIntakeTests
{
    [Fact]
    public async Task An_event_that_is_posted_where_dev_says_is_taken()
    {
        var directory = Directory.CreateTempSubdirectory("millrace-dev-intake-").FullName;
        try
        {
            using var dev = new MillraceProcess(directory, ["dev", "--port", "0", "--rate", "1", "--data", directory]);
            var said = await dev.SaysAsync("Events are taken at ");
            var address = new Uri(said[said.IndexOf("http", StringComparison.Ordinal)..said.IndexOf("v1/events", StringComparison.Ordinal)]);
            Assert.True(IPAddress.IsLoopback(IPAddress.Parse(address.Host)));
            using var client = new HttpClient { BaseAddress = address };
            var example = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "jsonschema", "mediawiki", "revision", "create", "1.1.0.json"))).GetProperty("examples")[0].GetRawText();
            using var content = new StringContent(example, MediaTypeHeaderValue.Parse("application/json"));

            using var answer = await client.PostAsync("v1/events", content);
            using var test = await client.GetAsync("v1/_test/events");
            var graph = JsonElement.Parse(await client.GetStringAsync("api/graph"));

            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            Assert.Equal(HttpStatusCode.Created, test.StatusCode);
            Assert.Contains(graph.GetProperty("nodes").EnumerateArray(), node => node.GetProperty("name").GetString() == "PageChange");
            await dev.KillAsync();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
