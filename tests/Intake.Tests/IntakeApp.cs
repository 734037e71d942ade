using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.FunctionsHost;

namespace Millrace.Intake.Tests;

/// <summary>The function app with its intake, over real HTTP, in front of a broker of a test's own.</summary>
internal sealed class IntakeApp : IAsyncDisposable
{
    /// <summary>The longest that any test waits for something that must happen; no test asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public const string Thing = "/test/thing/1.0.0";

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-intake-").FullName;
    private IHost? _app;

    private IntakeApp()
    {
    }

    public EmbeddedBroker Broker { get; } = EmbeddedBroker.Start();

    public HttpClient Client { get; private set; } = new();

    public LogLines Log { get; } = new();

    public IntakeService Service => _app!.Services.GetRequiredService<IntakeService>();

    public Uri Address => _app!.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress!;

    public static Task<IntakeApp> StartAsync(params string[] settings) => StartAsync([], settings);

    public static async Task<IntakeApp> StartAsync(IEnumerable<(string Stream, string Entry)> streams, params string[] settings)
    {
        var app = new IntakeApp();
        app.Write(streams);
        await app.RunAsync(settings);
        return app;
    }

    /// <summary>An event of the test's own schema.</summary>
    public static string Event(string stream = "things", string more = "") => $$"""{"$schema":"{{Thing}}","meta":{"stream":"{{stream}}"},"name":"n"{{more}}}""";

    public Task<HttpResponseMessage> PostAsync(string body, string query = "", string type = "application/json") =>
        PostAsync(Encoding.UTF8.GetBytes(body), query, type);

    public Task<HttpResponseMessage> PostAsync(byte[] body, string query = "", string type = "application/json", params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var request = new HttpRequestMessage(HttpMethod.Post, $"v1/events{query}") { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Client.SendAsync(request);
    }

    /// <summary>A topic's records, in the order of their times and places, once there are that many.</summary>
    public List<ConsumeResult<byte[]?, byte[]>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = "reading", EnableAutoCommit = false, FetchWaitMaxMs = 10 })
            .SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Broker.Topics[topic]).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        using var patience = new CancellationTokenSource(Patience);
        var records = new List<ConsumeResult<byte[]?, byte[]>>(count);
        while (records.Count < count)
        {
            records.Add(consumer.Consume(patience.Token));
        }

        return records;
    }

    /// <summary>How many records a topic has by now.</summary>
    public long Count(string topic)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = "counting" }).SetLogHandler((_, _) => { }).Build();
        return Enumerable.Range(0, Broker.Topics[topic]).Sum(partition => consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience).High.Value);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            _app.Dispose();
        }

        await Broker.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task RunAsync(string[] settings)
    {
        string[] functions = ["PostEvents", "StreamConfigs", "TestEvents", "OpenApi", "TryPage", "Healthz", "Readyz"];
        _app = Functions.Program.Build(
            [
                $"--KAFKA_BOOTSTRAP_SERVERS={Broker.BootstrapServers}", "--FunctionsHost:Port=0", $"--Millrace:Catalog={_directory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
                "--Kafka:Client:reconnect.backoff.ms=10", "--Kafka:Client:reconnect.backoff.max.ms=50",
                $"--Millrace:Schemas:0={Path.Combine(AppContext.BaseDirectory, "jsonschema")}", $"--Millrace:Schemas:1={Path.Combine(_directory, "schemas")}",
                .. functions.Select((function, index) => $"--AzureFunctionsJobHost:functions:{index}={function}"),
                .. settings.Select(setting => $"--{setting}"),
            ],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(Log);
                builder.Logging.SetMinimumLevel(LogLevel.Trace);
            });
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = Address };
        foreach (var topic in (string[])["things", "EventIntake.error", "EventIntake.test"])
        {
            Broker.CreateTopic(topic, 2);
        }
    }

    private void Write(IEnumerable<(string Stream, string Entry)> streams)
    {
        foreach (var file in (string[])["stages.json", "streams.json"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(_directory, file));
        }

        Directory.CreateDirectory(Path.Combine(_directory, "tests"));
        (string Stream, string Entry)[] own =
        [
            ("things", """{ "schema_title": "test/thing" }"""),
            ("keyed", """{ "schema_title": "test/thing", "message_key_fields": { "name": "name", "id": "of.id" } }"""),
            ("elsewhere", """{ "schema_title": "test/thing", "topic_prefixes": ["a.", "b."] }"""),
            ("insecure", """{ "schema_title": "test/insecure" }"""),
            .. streams,
        ];
        File.WriteAllText(Path.Combine(_directory, "tests", "stage.json"), $$"""{ "streams": { {{string.Join(",\n", own.Select(stream => $"{JsonSerializer.Serialize(stream.Stream)}: {stream.Entry}"))}} } }""");
        WriteSchema("test/thing/1.0.0", """
            {
              "title": "test/thing", "$id": "/test/thing/1.0.0", "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
              "required": ["$schema", "meta", "name"],
              "properties": {
                "$schema": { "type": "string" }, "dt": { "type": "string", "format": "date-time", "maxLength": 128 },
                "meta": { "type": "object", "required": ["stream"], "properties": {
                  "stream": { "type": "string" }, "id": { "type": "string" }, "dt": { "type": "string", "format": "date-time", "maxLength": 128 }, "request_id": { "type": "string" } } },
                "http": { "type": "object", "properties": { "method": { "type": "string" }, "request_headers": { "type": "object", "additionalProperties": { "type": "string" } } } },
                "name": { "type": "string", "maxLength": 100 }, "size": { "type": "integer" }, "colour": { "type": "string", "default": "red" },
                "any": {}, "of": { "type": "object", "properties": { "id": { "type": "integer" } } }
              }
            }
            """);
        WriteSchema("test/plain/1.0.0", """{ "title": "test/plain", "$id": "/test/plain/1.0.0", "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": { "$schema": { "type": "string" }, "meta": { "type": "object" } } }""");
        WriteSchema("test/insecure/1.0.0", """{ "title": "test/insecure", "$id": "/test/insecure/1.0.0", "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": { "name": { "type": "string", "pattern": "^a+$" } } }""");
    }

    private void WriteSchema(string name, string content)
    {
        var path = Path.Combine(_directory, "schemas", name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
