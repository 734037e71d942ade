using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Hosting;

/// <summary>Adds the platform to a function app.</summary>
public static class MillraceHosting
{
    // Room for a record's key, headers and framing beside its value.
    private const int RecordOverhead = 64 * 1024;

    /// <summary>Reads the catalogs and registers what stages run on. Continue with <see cref="MillraceBuilder.AddStage{TStage}"/>.</summary>
    /// <exception cref="CatalogException">A catalog or a setting is wrong; the app does not start.</exception>
    public static MillraceBuilder AddMillrace(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new MillraceOptions();
        SettingsBinder.Bind(builder.Configuration.GetSection("Millrace"), options, "Millrace");
        var kafka = new KafkaOptions { BootstrapServers = builder.Configuration["KAFKA_BOOTSTRAP_SERVERS"] };
        SettingsBinder.Bind(builder.Configuration.GetSection("Kafka"), kafka, "Kafka");
        var catalog = CatalogFiles.Load(options.Catalog);
        builder.Configuration.AddInMemoryCollection(TriggerSettings.For(catalog, builder.Configuration, options.Datacenter));

        builder.Services.AddSingleton(options).AddSingleton(kafka).AddSingleton(catalog).AddSingleton(catalog.Streams);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<LookupFactory>();
        builder.Services.AddSingleton(services => SchemaSetup.Open(options, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IEventSchemas, EventSchemas>();
        builder.Services.TryAddSingleton<ISink>(services => new KafkaSink(
            kafka, LargestRecord(services), services.GetRequiredService<ILogger<KafkaSink>>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<StartCheck>();
        return new MillraceBuilder(builder, catalog);
    }

    private static int LargestRecord(IServiceProvider services) => RecordOverhead + services.GetServices<RegisteredStage>()
        .Max(stage => Math.Max(stage.Definition.Options.MaxOutputBytes, stage.Definition.Options.MaxErrorBytes));
}
