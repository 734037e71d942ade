using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Millrace.OpenApi;

/// <summary>Adds what stages need that the catalog declares as lookups.</summary>
public static class OpenApiSetup
{
    /// <summary>Adds it.</summary>
    public static IHostApplicationBuilder AddOpenApiLookups(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<OpenApiLookups>();
        return builder;
    }
}
