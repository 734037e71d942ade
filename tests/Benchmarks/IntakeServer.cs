using System.Diagnostics;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.FunctionsHost;
using Millrace.Hosting;
using Millrace.Intake;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Benchmarks;

/// <summary>What takes events over HTTP, in a process of its own: the intake, with and without the functions host, or what is bare of all but the need.</summary>
internal sealed class IntakeServer : IDisposable
{
    /// <summary>What this program is started with to be one.</summary>
    public const string Argument = "serve-intake";

    public const string Bare = "bare";
    public const string Service = "service";
    public const string Host = "host";

    private readonly Process _process;

    private IntakeServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public TimeSpan Cpu => ProcessUse.Cpu(_process);

    public long ResidentBytes => ProcessUse.ResidentBytes(_process);

    public static async Task<IntakeServer> StartAsync(string kind, string bootstrapServers)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Millrace.Benchmarks.dll"), Argument, kind, bootstrapServers])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new IntakeServer(process, new Uri(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.")));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Serves until standard input ends.</summary>
    public static async Task<int> ServeAsync(string kind, string bootstrapServers)
    {
        var kafka = new KafkaOptions { BootstrapServers = bootstrapServers };
        if (kind == Host)
        {
            using var app = Functions.Program.Build(
                [$"--KAFKA_BOOTSTRAP_SERVERS={bootstrapServers}", "--FunctionsHost:Port=0", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}", "--AzureFunctionsJobHost:functions:0=PostEvents"],
                builder => builder.Logging.ClearProviders());
            await app.StartAsync();
            await WaitAsync(app.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress!.ToString());
            return 0;
        }

        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        web.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        web.Services.AddRoutingCore();
        await using var server = web.Build();
        server.UseRouting();
        RequestDelegate post = kind == Service ? new IntakeService(
            new IntakeOptions(), new MillraceOptions(), kafka, Sample.Catalog.Streams, OpenSchemas(), TimeProvider.System, NullLoggerFactory.Instance).PostAsync : new BareIntake(kafka).PostAsync;
        server.MapPost("/v1/events", post);
        await server.StartAsync();
        await WaitAsync(server.Urls.First());
        return 0;
    }

    private static SchemaRepository OpenSchemas()
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(Path.Combine(AppContext.BaseDirectory, "jsonschema"));
        return new SchemaRepository(options, null, TimeProvider.System);
    }

    private static async Task WaitAsync(string address)
    {
        await Console.Out.WriteLineAsync(address);
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Parses and stores, and checks nothing.</summary>
    private sealed class BareIntake
    {
        private readonly IProducer<byte[], byte[]> _producer;
        private readonly StreamDefinition _stream;

        public BareIntake(KafkaOptions kafka)
        {
            _producer = new ProducerBuilder<byte[], byte[]>(kafka.CreateProducerConfig()).Build();
            Sample.Catalog.Streams.TryGet("mediawiki.revision-create", out var stream);
            _stream = stream!;
        }

        public async Task PostAsync(HttpContext http)
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body);
            if (document.RootElement.ValueKind == JsonValueKind.Array)
            {
                var (left, done) = (document.RootElement.GetArrayLength(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                foreach (var item in document.RootElement.EnumerateArray())
                {
                    Produce(item, () =>
                    {
                        if (Interlocked.Decrement(ref left) == 0)
                        {
                            done.SetResult();
                        }
                    });
                }

                await done.Task;
            }
            else
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Produce(document.RootElement, done.SetResult);
                await done.Task;
            }

            http.Response.StatusCode = StatusCodes.Status201Created;
        }

        private void Produce(JsonElement item, Action stored)
        {
            _stream.Key!.TryCreate(item, out var key, out _);
            var message = new Message<byte[], byte[]> { Key = key!, Value = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(item).ToArray() };
            _producer.Produce(_stream.Topics[0], message, report =>
            {
                if (!report.Error.IsError)
                {
                    stored();
                }
            });
        }
    }
}
