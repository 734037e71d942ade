using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;

namespace Millrace.Testing;

/// <summary>A stage of a function app by itself: made as the app makes it, with its settings and its whole pipeline, but no host, no broker and no store.</summary>
public sealed class DetachedStage : IDisposable
{
    private readonly IHost _app;
    private readonly StageRunner _runner;
    private readonly Dictionary<string, long> _offsets = [];

    private DetachedStage(IHost app, StageRunner runner, InMemorySink sink) => (_app, _runner, Sink) = (app, runner, sink);

    /// <summary>The stage's entry in the catalog, with the settings' overrides.</summary>
    public StageDefinition Stage => _runner.Stage;

    /// <summary>Where outcomes go.</summary>
    public InMemorySink Sink { get; }

    /// <summary>Puts the app together and takes a stage out of it; the app is not started.</summary>
    /// <param name="app">How the app is put together: of its arguments, and of what is changed about it.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="options">What it runs with.</param>
    /// <exception cref="CatalogException">A setting is wrong, or the catalog.</exception>
    /// <exception cref="FixtureException">The app has no such stage.</exception>
    public static DetachedStage Take(Func<string[], Action<IHostApplicationBuilder>?, IHost> app, string stage, DetachedStageOptions options)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        var sink = new InMemorySink();
        List<Type> triggers = [];
        var built = app(Arguments(options), builder =>
        {
            triggers.AddRange(builder.Services.Select(service => service.ServiceType).Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(StageTrigger<>)));
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<ISink>(sink).AddSingleton(options.Time);
            builder.Services.AddSingleton(services => new LookupFactory(options.Time, services.GetRequiredService<ILogger<HttpLookup>>()) { Transport = options.Transport });
            if (options.Watch is { } watch)
            {
                builder.Services.AddSingleton(watch);
            }
        });
        try
        {
            var trigger = triggers.Find(type => type.GetGenericArguments()[0].Name == stage) ?? throw new FixtureException(
                $"The app has no stage '{stage}'; it has {string.Join(", ", triggers.Select(type => type.GetGenericArguments()[0].Name).Order(StringComparer.Ordinal))}.");
            return new DetachedStage(built, Runner(built.Services.GetRequiredService(trigger)), sink);
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    /// <summary>Runs one event, as the next of the topic of the stream that it says it belongs to; one that names none of the stage's, of the first input's.</summary>
    /// <param name="value">The event's bytes, whatever they are.</param>
    /// <param name="timestamp">The record's time.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ProcessedRecord> RunAsync(byte[] value, DateTimeOffset timestamp, CancellationToken cancellation = default)
    {
        var topic = TopicOf(value);
        var offset = _offsets.GetValueOrDefault(topic);
        _offsets[topic] = offset + 1;
        var record = new EventRecord { Position = new StreamPosition(topic, 0, offset), Value = value, Timestamp = timestamp };
        await _runner.RunAsync([record], cancellation).ConfigureAwait(false);
        return Sink.SettledOf(record.Position.StreamPartition)[^1];
    }

    /// <summary>Disposes of the app.</summary>
    public void Dispose() => _app.Dispose();

    private string TopicOf(byte[] value)
    {
        using var parsed = Parse(value);
        var stream = parsed?.RootElement.Child("meta").Child("stream").Text();
        return (Stage.Inputs.FirstOrDefault(input => input.Name == stream) ?? Stage.Inputs[0]).Topics[0];
    }

    private static JsonDocument? Parse(byte[] value)
    {
        try
        {
            return JsonDocument.Parse(value);
        }
        catch (JsonException)
        {
            // What is no JSON names no stream.
            return null;
        }
    }

    // Nothing is connected to: the sink is in memory. But an app without brokers is none.
    private static string[] Arguments(DetachedStageOptions options) =>
        ["--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}", .. options.Settings.Select(setting => $"--{setting.Key}={setting.Value}")];

    private static StageRunner Runner(object trigger) => (StageRunner)trigger.GetType().GetProperty(nameof(StageTrigger<IStage>.Runner))!.GetValue(trigger)!;
}
