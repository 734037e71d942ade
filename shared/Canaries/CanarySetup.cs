using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Canaries;

/// <summary>Adds canaries to a function app.</summary>
public static class CanarySetup
{
    /// <summary>The function that produces them.</summary>
    public const string Function = "Canaries";

    /// <summary>The setting that its trigger names in percent signs.</summary>
    public const string ScheduleSetting = "Canaries:Schedule";

    /// <summary>Adds what produces canaries, and the metric of their ages. Call <see cref="MillraceHosting.AddMillrace"/> first.</summary>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public static IHostApplicationBuilder AddCanaries(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new CanaryOptions();
        SettingsBinder.Bind(builder.Configuration.GetSection("Canaries"), options, "Canaries");
        builder.Configuration.AddInMemoryCollection([new(ScheduleSetting, options.Schedule)]);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(services => new CanaryWriter(
            options.Enabled ? services.GetRequiredService<StreamCatalog>().Streams : [],
            services.GetRequiredService<MillraceOptions>().Datacenter,
            services.GetRequiredService<SchemaRepository>(),
            services.GetRequiredService<KafkaOptions>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<CanaryWriter>>()));
        builder.Services.AddHostedService<CanaryCheck>();
        builder.Services.AddHostedService<CanaryAgeMetric>();
        return builder;
    }
}
