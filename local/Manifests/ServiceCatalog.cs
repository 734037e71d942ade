using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>How the parts of the app that are no stages are deployed, from <c>infra/services.json</c>; a part that it does not name, or a file that is not there, is all defaults.</summary>
internal sealed class ServiceCatalog
{
    /// <summary>What takes events over HTTP.</summary>
    public HttpServiceOptions EventIntake { get; } = new();

    /// <summary>What serves streams over HTTP.</summary>
    public HttpServiceOptions EventStreams { get; } = new();

    /// <summary>What produces canaries.</summary>
    public ServiceOptions Canaries { get; } = new();

    /// <summary>Who measures, in the cluster.</summary>
    public MonitoringOptions Monitoring { get; } = new();

    /// <summary>What shows it all in a browser.</summary>
    public ConsoleServiceOptions Console { get; } = new();

    /// <summary>Reads the file.</summary>
    /// <param name="utf8Json">Its content.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="CatalogException">It is wrong; the message says where.</exception>
    public static ServiceCatalog Parse(ReadOnlyMemory<byte> utf8Json, string file = "services.json")
    {
        var services = new ServiceCatalog();
        SettingsBinder.Bind(Read(utf8Json, file), services, file);
        foreach (var (name, options) in new[] { (nameof(EventIntake), services.EventIntake), (nameof(EventStreams), services.EventStreams) })
        {
            if (options.MinReplicas > options.MaxReplicas)
            {
                throw new CatalogException($"{file}:{name}:MinReplicas is {options.MinReplicas}; allowed is 1 to {options.MaxReplicas}, MaxReplicas.");
            }
        }

        services.Monitoring.Check(file);
        return services;
    }

    private static IConfiguration Read(ReadOnlyMemory<byte> utf8Json, string file)
    {
        using var stream = new MemoryStream(utf8Json.ToArray());
        try
        {
            return new ConfigurationBuilder().AddJsonStream(stream).Build();
        }
        catch (Exception cause) when (cause is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new CatalogException($"{file} is no JSON: {cause.InnerException?.Message ?? cause.Message}", cause);
        }
    }
}
