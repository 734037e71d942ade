using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Local;

namespace Millrace.Infra.Tests;

/// <summary>The program of the standalone image, started as each of its pods would start it.</summary>
public sealed class StandaloneTests : IDisposable
{
    private const string Changes = "mediawiki.page_change.v1";

    private const string Key = "0123456789abcdef";

    private const string Event = """
        { "$schema": "/mediawiki/revision/create/1.1.0", "meta": { "stream": "mediawiki.revision-create", "domain": "wiki.example.org" },
          "database": "examplewiki", "page_id": 17, "page_title": "Millrace", "page_namespace": 0, "page_is_redirect": false,
          "rev_id": 42, "rev_timestamp": "2026-01-31T12:00:00Z" }
        """;

    private static readonly string Build = Path.Combine(Corpus.Repository, "functions", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-image-").FullName;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public StandaloneTests() => _broker.CreateTopic(Changes);

    public static TheoryData<string> Deployments { get; } =
        new(Directory.GetDirectories(Path.Combine(Corpus.Repository, "infra", "keda", "base")).Select(directory => Path.GetFileName(directory)).Where(deployment => deployment != ConsoleManifests.Name).Order(StringComparer.Ordinal));

    public void Dispose()
    {
        _broker.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Deployments))]
    public Task A_pod_runs_the_functions_that_its_manifest_names_and_no_others_writes_nothing_beside_itself_and_stops_when_told_to(string deployment) => RunsAsync(Build, deployment);

    [ImageFact]
    public async Task What_the_image_would_have_runs_as_well()
    {
        var image = new Dockerfile(await File.ReadAllTextAsync(Path.Combine(Corpus.Repository, "infra", "Dockerfile")));
        var (source, app) = (Path.Combine(_directory, "src"), Path.Combine(_directory, "app"));
        Directory.CreateDirectory(source);
        await ShellAsync($"git archive HEAD {string.Join(' ', image["source"].Sources)} | tar -x -C '{source}' && rm -rf '{source}/shared/Testing'", Corpus.Repository);
        await ShellAsync($"CI=true {image["publish-standalone"].All("RUN").Single().Replace("/app", app, StringComparison.Ordinal)}", source);

        await RunsAsync(app, "page-change");
    }

    [Fact]
    public async Task An_intake_that_is_told_to_stop_answers_the_request_that_it_has_begun_to_read()
    {
        using var app = await StartAsync(Build, "event-intake");
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port);
        using var answers = new StreamReader(client.GetStream(), Encoding.ASCII);
        await SendAsync(client, $"POST /v1/events HTTP/1.1\r\nHost: intake\r\nX-API-Key: {Key}\r\nContent-Type: application/json\r\nContent-Length: {Event.Length}\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100", await answers.ReadLineAsync(), StringComparison.Ordinal);

        await app.TellToStopAsync();
        await RefusesAsync(app.Address);
        await SendAsync(client, Event);

        Assert.Equal("", await answers.ReadLineAsync());
        Assert.StartsWith("HTTP/1.1 201", await answers.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await app.EndAsync());
    }

    [Fact]
    public async Task A_reader_s_answer_ends_when_its_pod_is_told_to_stop()
    {
        using var app = await StartAsync(Build, "event-streams");
        using var http = new HttpClient { BaseAddress = app.Address };
        using var answer = await http.GetAsync($"/v2/stream/{Changes}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await app.TellToStopAsync();

        // An answer that was cut off would be no whole one, and throw.
        _ = await answer.Content.ReadAsStringAsync();
        Assert.Equal(0, await app.EndAsync());
    }

    [Fact]
    public async Task A_pod_of_canaries_writes_them_by_its_schedule()
    {
        using var app = await StartAsync(Build, "canaries", ("Canaries__Schedule", "00:00:01"));
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = _broker.BootstrapServers, GroupId = "test", AutoOffsetReset = AutoOffsetReset.Earliest })
            .SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartition(Changes, 0));

        Assert.Contains("\"domain\":\"canary\"", consumer.Consume(TimeSpan.FromMinutes(2))?.Message.Value, StringComparison.Ordinal);
        await app.TellToStopAsync();
        Assert.Equal(0, await app.EndAsync());
    }

    private async Task RunsAsync(string directory, string deployment)
    {
        var before = Directory.GetFiles(directory, "*", SearchOption.AllDirectories);
        using (var app = await StartAsync(directory, deployment))
        {
            Assert.Equal(
                StandaloneApp.Settings(deployment, "eqiad").Where(setting => setting.Key.StartsWith("AzureFunctionsJobHost__functions__", StringComparison.Ordinal)).Select(setting => setting.Value).Order(StringComparer.OrdinalIgnoreCase),
                app.Functions.Order(StringComparer.OrdinalIgnoreCase));
            Assert.Equal(
                (HttpStatusCode.OK, HttpStatusCode.OK, deployment == "event-intake" ? HttpStatusCode.Unauthorized : HttpStatusCode.NotFound,
                 deployment == "event-intake" ? HttpStatusCode.Created : HttpStatusCode.NotFound, deployment == "event-streams" ? HttpStatusCode.OK : HttpStatusCode.NotFound),
                (await AskAsync(app, "/healthz"), await AskAsync(app, "/readyz"), await AskAsync(app, "/v1/events", Event), await AskAsync(app, "/v1/events", Event, Key), await AskAsync(app, $"/v2/stream/{Changes}")));
            await app.TellToStopAsync();
            Assert.Equal(0, await app.EndAsync());
        }

        Assert.Empty(Directory.GetFileSystemEntries(Home));
        Assert.Equal(before, Directory.GetFiles(directory, "*", SearchOption.AllDirectories));
    }

    private string Home => Path.Combine(_directory, "home");

    // The brokers are the test's, and the intake's Secret has a key.
    private Task<StandaloneApp> StartAsync(string directory, string deployment, params (string Name, string Value)[] more)
    {
        var settings = StandaloneApp.Settings(deployment, "eqiad");
        settings["KAFKA_BOOTSTRAP_SERVERS"] = _broker.BootstrapServers;
        settings["Intake__ApiKeys__test"] = Key;
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return StandaloneApp.StartAsync(directory, Directory.CreateDirectory(Home).FullName, settings);
    }

    private static async Task<HttpStatusCode> AskAsync(StandaloneApp app, string path, string? body = null, string? key = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(app.Address, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        }

        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static async Task SendAsync(TcpClient client, string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    // Whoever stops takes no further connections.
    private static async Task RefusesAsync(Uri address)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address.Host, address.Port, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private static async Task ShellAsync(string command, string directory)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = directory })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}

/// <summary>A fact that takes minutes, since it publishes the app from what the image copies: with <c>MILLRACE_IMAGE=1</c> only, and says so.</summary>
internal sealed class ImageFactAttribute : FactAttribute
{
    public ImageFactAttribute() => Skip = Environment.GetEnvironmentVariable("MILLRACE_IMAGE") == "1" ? null : "Set MILLRACE_IMAGE=1 to publish the app as the image does: it takes minutes.";
}
