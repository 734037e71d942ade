using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Adds the stores that connector stages write to.</summary>
public static class ConnectorSetup
{
    /// <summary>Stands before the sink that is registered: connectors' events go to their stores, all else goes where it went.</summary>
    /// <exception cref="InvalidOperationException">No sink is registered yet.</exception>
    public static IHostApplicationBuilder AddConnectors(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var streams = builder.Services.LastOrDefault(service => service.ServiceType == typeof(ISink))
            ?? throw new InvalidOperationException("Call AddMillrace first: there is no sink yet.");
        builder.Services.Remove(streams);
        builder.Services.AddStores();
        builder.Services.AddKeyedSingleton<ISink>(nameof(ConnectorSink), (services, _) => (ISink)(streams.ImplementationInstance ?? streams.ImplementationFactory!(services)));
        builder.Services.AddSingleton<ISink>(services => new ConnectorSink(
            services.GetServices<IStore>(), services.GetRequiredKeyedService<ISink>(nameof(ConnectorSink)), services.GetRequiredService<IConfiguration>()));
        return builder;
    }

    /// <summary>Adds the stores of every kind, and nothing that writes to them.</summary>
    /// <remarks>They need the host's settings, the schemas, the clock, a log, and what makes HTTP clients.</remarks>
    public static IServiceCollection AddStores(this IServiceCollection services) =>
        services.AddSingleton<IStore, HttpStore>().AddSingleton<IStore, PostgresStore>().AddSingleton<IStore, LakeStore>();
}
