using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Hosting.Tests;

/// <summary>An app with a directory of its own: one stage, <see cref="Copy"/>, all of it right unless a test makes it wrong.</summary>
internal sealed class TestApp : IDisposable
{
    public const string AnyObject = """{ "title": "TITLE", "type": "object" }""";

    public TestApp()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("millrace-hosting-").FullName;
        Settings = new()
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:9",
            ["Millrace:Catalog"] = Directory,
            ["Millrace:Schemas:0"] = Path.Combine(Directory, "schemas"),
        };
        Write("streams.json", """
            { "streams": { "in": { "schema_title": "in" }, "out": { "schema_title": "out" } } }
            """);
        Write("stages.json", """
            { "stages": { "Copy": { "inputs": ["in"], "outputs": { "out": "/out/1.0.0" } } } }
            """);
        foreach (var title in (string[])["in", "out"])
        {
            Write($"schemas/{title}/1.0.0.json", AnyObject.Replace("TITLE", title, StringComparison.Ordinal));
        }

        Write("schemas/error/2.1.0.json", AnyObject.Replace("TITLE", "error", StringComparison.Ordinal));
    }

    public string Directory { get; }

    public Dictionary<string, string?> Settings { get; }

    /// <summary>Whether a service that stands for the triggers was started.</summary>
    public bool Listens { get; private set; }

    public Action<MillraceBuilder> Stages { get; set; } = app => app.AddStage<Copy>();

    public Action<IServiceCollection> Services { get; set; } = services => services.AddSingleton<ISink, InMemorySink>();

    public void Write(string file, string content)
    {
        var path = Path.Combine(Directory, file);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public void WriteStage(string fields) => Write("stages.json", $$"""
        { "stages": { "Copy": { "inputs": ["in"], "outputs": { "out": "/out/1.0.0" }, {{fields}} } } }
        """);

    public IHost Build()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Services.AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>));
        Services(builder.Services);
        Stages(builder.AddMillrace());
        builder.Services.AddHostedService(_ => new Trigger(this));
        return builder.Build();
    }

    /// <summary>Starts the app and stops it; what it gives back outlives that.</summary>
    public async Task<T> StartedAsync<T>(Func<IServiceProvider, T> see)
    {
        using var host = Build();
        await host.StartAsync();
        var seen = see(host.Services);
        await host.StopAsync();
        return seen;
    }

    /// <summary>Starts the app, which must refuse to, before anything listens.</summary>
    public async Task<string> RefusalAsync()
    {
        var refusal = await Assert.ThrowsAsync<CatalogException>(() => StartedAsync(services => services));
        Assert.False(Listens, "The triggers were started.");
        return refusal.Message;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private sealed class Trigger(TestApp app) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            app.Listens = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
