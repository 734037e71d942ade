using Microsoft.Extensions.Configuration;
using Millrace.Hosting;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Finds what is to be looked at: brokers that are named, or a <c>millrace dev</c> that runs here, or the brokers of the settings.</summary>
internal sealed record PlatformSearch
{
    /// <summary>The brokers, <c>host:port</c>; null is to look for them.</summary>
    public string? Kafka { get; init; }

    /// <summary>The directory of a <c>millrace dev</c>.</summary>
    public string Data { get; init; } = DevOptions.DefaultData;

    /// <summary>The side of a <c>millrace dev --datacenters</c>, or the prefix of the topics where brokers are named; null is none.</summary>
    public string? Datacenter { get; init; }

    /// <summary>Settings of the function app over those of the environment, as <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Finds it.</summary>
    /// <exception cref="UsageException">A setting cannot be used, or nothing runs here and no brokers are named.</exception>
    public async Task<Platform> FindAsync(CancellationToken cancellation)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(Settings.Select(Setting)).Build();
        if (Kafka is null && (Datacenter is not null || (DevAddress.Find(Data) is null && DevControlFile.Exists(Data))))
        {
            return await FindSideAsync(settings, cancellation);
        }

        var dev = Kafka is null ? DevAddress.Find(Data) : null;
        var brokers = Kafka ?? dev ?? settings["KAFKA_BOOTSTRAP_SERVERS"]
            ?? throw new UsageException($"No millrace dev runs on {Data}, and KAFKA_BOOTSTRAP_SERVERS is not set: start one, or name the brokers by --kafka HOST:PORT.");
        var catalog = settings["Millrace:Catalog"] ?? (dev is null ? null : DevAddress.FindCatalog(Data)) ?? AppContext.BaseDirectory;
        return new Platform(CatalogFiles.Load(catalog), Options(brokers, settings), Datacenter ?? settings["Millrace:Datacenter"]) { Settings = settings };
    }

    private async Task<Platform> FindSideAsync(IConfiguration settings, CancellationToken cancellation)
    {
        var control = DevControlFile.Read(Data);
        var sides = await DevDatacenter.ListAsync(control, cancellation);
        var names = string.Join(", ", sides.Select(side => side.Name));
        var side = Datacenter is null
            ? throw new UsageException($"'millrace dev --datacenters' runs here: name one of {names} by --datacenter.")
            : sides.FirstOrDefault(side => side.Name == Datacenter) ?? throw new UsageException($"--datacenter is '{Datacenter}'; allowed is {names}.");
        return new Platform(CatalogFiles.Load(control.Catalog), Options(side.BootstrapServers, settings), side.Name) { Settings = settings };
    }

    private static KafkaOptions Options(string brokers, IConfiguration settings)
    {
        var kafka = new KafkaOptions { BootstrapServers = brokers };
        foreach (var (name, value) in settings.GetSection("Kafka:Client").AsEnumerable(makePathsRelative: true))
        {
            if (value is not null)
            {
                kafka.Client[name] = value;
            }
        }

        return kafka;
    }

    private static KeyValuePair<string, string?> Setting(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
        ? new(text[..equals], text[(equals + 1)..])
        : throw new UsageException($"--setting is '{text}'; allowed is NAME=VALUE.");
}
