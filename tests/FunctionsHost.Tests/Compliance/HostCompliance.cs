namespace Millrace.FunctionsHost.Tests;

/// <summary>What the suites have in common.</summary>
public abstract class HostCompliance(IHostUnderTest host)
{
    protected static readonly (string, string) KeepTrying = Kafka("maxRetries", -1);
    protected static readonly (string, string) CommitOnSuccessOnly = Kafka("commitOnFailure", "false");

    // The window is long where a test says by the batch's size when it is handed over.
    protected static readonly (string, string) LongWindow = Kafka("subscriberIntervalInSeconds", 60);

    protected static (string, string) Batches(int size) => Kafka("maxBatchSize", size);

    /// <summary>A key of <c>extensions.kafka</c> in <c>host.json</c>, by the setting that overrides it.</summary>
    protected static (string, string) Kafka(string key, object value) => ($"AzureFunctionsJobHost:extensions:kafka:{key}", $"{value}");

    /// <summary>Starts a host with that one function, on the topic.</summary>
    protected Task<IRunningHost> StartAsync(string function, Topic topic, Observer observer, params (string Key, string Value)[] settings) =>
        StartAsync(function, observer, [("Brokers", topic.Broker.BootstrapServers), ("Topic", Topic.Name), ("Group", Topic.Group), Kafka("sessionTimeoutMs", 3000), .. settings]);

    /// <summary>Starts a host with that one function.</summary>
    protected Task<IRunningHost> StartAsync(string function, Observer observer, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["AzureFunctionsJobHost:functions:0"] = function, ["Compliance:Address"] = observer.Address.ToString() };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return host.StartAsync(all);
    }

    /// <summary>Waits for a further call, which begins only when the one before it has been stored.</summary>
    protected static async Task AnotherCallAsync(Topic topic, Observer observer, int records)
    {
        await topic.ProduceAsync(records / topic.Partitions.Length);
        await observer.NextAsync();
    }
}
