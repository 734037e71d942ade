using System.Net;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Local;
using Millrace.Local.Tests;

namespace Millrace.Console.Tests;

/// <summary>A console over real HTTP, in front of a broker of a test's own, and a browser that visits it.</summary>
internal sealed class ObservedConsole : IAsyncDisposable
{
    /// <summary>The longest that any test waits for something that must happen; no test asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int LargestRecord = 20_000_000;

    public const string Token = "a token of sixteen or more";

    private ObservedConsole(ConsoleServer server, ObservedCluster cluster, LogLines log, ILoggerFactory loggers)
    {
        (Server, Cluster, Log, Loggers) = (server, cluster, log, loggers);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = Patience };
    }

    public ConsoleServer Server { get; }

    public ObservedCluster Cluster { get; }

    public HttpClient Client { get; }

    /// <summary>What was logged.</summary>
    public LogLines Log { get; }

    private ILoggerFactory Loggers { get; }

    public static async Task<ObservedConsole> StartAsync(ConsoleOptions? options = null, params (string Name, string Value)[] settings)
    {
        var (cluster, log) = (new ObservedCluster(withTopics: false), new LogLines());
        foreach (var topic in cluster.Platform.Streams.SelectMany(stream => stream.Topics).Concat(cluster.Platform.Catalog.Stages.SelectMany(stage => stage.OwnTopics).Select(own => own.Name)).Distinct())
        {
            cluster.Broker.CreateTopic(topic, 2, new Dictionary<string, string> { ["max.message.bytes"] = $"{LargestRecord}" });
        }

        var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var platform = cluster.Platform with { Settings = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build() };
        return new ObservedConsole(await ConsoleServer.StartAsync(platform, options ?? new ConsoleOptions(), new IPEndPoint(IPAddress.Loopback, 0), loggers, CancellationToken.None), cluster, log, loggers);
    }

    /// <summary>Asks as a page would; the answer has the status.</summary>
    public async Task<(int Status, JsonElement Body)> GetAsync(string path) => await ReadAsync(await Client.GetAsync(path));

    /// <summary>Asks for what must be there.</summary>
    public async Task<JsonElement> OkAsync(string path)
    {
        var (status, body) = await GetAsync(path);
        Assert.True(status == 200, $"{path}: {status} {body}");
        return body;
    }

    /// <summary>Posts as the pages do: with the session's cookie and what only they know.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (!Array.Exists(headers, header => header.Name == "X-Millrace-Csrf"))
        {
            request.Headers.Add("X-Millrace-Csrf", (await OkAsync("api/session")).GetProperty("csrf").GetString());
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await ReadAsync(await Client.SendAsync(request));
    }

    /// <summary>The server-sent events of an address, as they come.</summary>
    public async IAsyncEnumerable<(string Name, JsonElement Data, string Line)> EventsAsync(string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var answer = await Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.True(answer.IsSuccessStatusCode, await (answer.IsSuccessStatusCode ? Task.FromResult("") : answer.Content.ReadAsStringAsync(patience.Token)));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        for (var name = ""; await reader.ReadLineAsync(patience.Token) is { } line;)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return (name, JsonElement.Parse(line["data: ".Length..]), line);
            }
        }
    }

    /// <summary>The first event of a name that is as a test wants it.</summary>
    public async Task<JsonElement> FirstAsync(string path, string name, Func<JsonElement, bool> wanted)
    {
        await foreach (var (found, data, _) in EventsAsync(path))
        {
            if (found == name && wanted(data))
            {
                return data;
            }
        }

        throw new InvalidOperationException($"{path} ended without such a {name}.");
    }

    /// <summary>Appends a record of any bytes to the first partition of a topic.</summary>
    public async Task ProduceAsync(string topic, byte[]? value, byte[]? key = null, RecordHeader? header = null)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(Cluster.Kafka.CreateProducerConfig(LargestRecord)).SetLogHandler((_, _) => { }).Build();
        var headers = new Headers();
        if (header is { } named)
        {
            headers.Add(named.Name, named.Value);
        }

        await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers });
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Loggers.Dispose();
        Cluster.Dispose();
    }

    private static async Task<(int Status, JsonElement Body)> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            return ((int)answer.StatusCode, body.Length > 0 && answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? JsonElement.Parse(body) : default);
        }
    }
}
