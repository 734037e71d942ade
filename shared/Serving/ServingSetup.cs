using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Serving;

/// <summary>Adds the serving of streams to a function app.</summary>
public static class ServingSetup
{
    /// <summary>Adds what serves streams. Call <see cref="MillraceHosting.AddMillrace"/> first.</summary>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public static IHostApplicationBuilder AddEventStreams(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ServingOptions();
        SettingsBinder.Bind(builder.Configuration.GetSection("EventStreams"), options, "EventStreams");
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<EventStreamServer>();
        return builder;
    }
}
