using Millrace.Broker;
using Millrace.Broker.Storage;

namespace Millrace.Local;

/// <summary>The broker of a <c>millrace dev</c> that has ended, on what that has left, for as long as a command needs it.</summary>
internal sealed class StoppedDev : IAsyncDisposable
{
    private const string Brokers = "KAFKA_BOOTSTRAP_SERVERS";

    private readonly EmbeddedBroker _broker;
    private readonly DevAddress _address;

    private StoppedDev(EmbeddedBroker broker, DevAddress address) => (_broker, _address) = (broker, address);

    /// <summary>Starts it where brokers are to be looked for, a <c>millrace dev</c> has left its data, and none runs; else null.</summary>
    /// <exception cref="UsageException">The data cannot be used.</exception>
    public static StoppedDev? Start(PlatformSearch search)
    {
        var isNamed = search.Kafka is not null || search.Datacenter is not null || Environment.GetEnvironmentVariable(Brokers) is not null
            || search.Settings.Any(setting => setting.StartsWith(Brokers, StringComparison.OrdinalIgnoreCase));

        // Only what a broker has kept: in any other directory it would begin to keep something.
        if (isNamed || DevControlFile.Exists(search.Data) || !Directory.Exists(Path.Combine(search.Data, "journal")))
        {
            return null;
        }

        try
        {
            var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = search.Data });
            var catalog = Path.GetFullPath(Path.Combine(new DevOptions { Data = search.Data }.Stores, "catalog"));
            return new StoppedDev(broker, DevAddress.Write(search.Data, broker.BootstrapServers, Directory.Exists(catalog) ? catalog : null));
        }
        catch (StorageException) when (DevAddress.Find(search.Data) is not null)
        {
            return null;
        }
        catch (StorageException unusable)
        {
            throw new UsageException(unusable.Message);
        }
    }

    public ValueTask DisposeAsync()
    {
        _address.Dispose();
        return _broker.DisposeAsync();
    }
}
