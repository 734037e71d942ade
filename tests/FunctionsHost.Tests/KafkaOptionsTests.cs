using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost.Tests;

public sealed class KafkaOptionsTests
{
    [Fact]
    public void Without_keys_every_option_has_the_default_of_the_real_extension()
    {
        var options = Read();

        Assert.Equal((64, 1, 1, 50, 50), (options.MaxBatchSize, options.SubscriberIntervalInSeconds, options.ExecutorChannelCapacity, options.ChannelFullRetryIntervalInMs, options.SubscriberIdleBackoffMs));
        Assert.Equal((true, 5, 200, OffsetReset.Earliest), (options.CommitOnFailure, options.MaxRetries, options.AutoCommitIntervalMs, options.AutoOffsetReset));
        Assert.Equal((10_000, 180_000, true), (options.SessionTimeoutMs, options.MetadataMaxAgeMs, options.SocketKeepaliveEnable));
        Assert.Null(options.MaxPollIntervalMs);
        Assert.Null(options.StatisticsIntervalMs);
        Assert.Null(options.ReconnectBackoffMs);
        Assert.Null(options.ReconnectBackoffMaxMs);
        Assert.Null(options.QueuedMinMessages);
        Assert.Null(options.QueuedMaxMessagesKbytes);
        Assert.Null(options.MaxPartitionFetchBytes);
        Assert.Null(options.FetchMaxBytes);
        Assert.Null(options.LibkafkaDebug);
    }

    [Fact]
    public void Keys_are_read_whatever_their_case()
    {
        var options = Read(("MAXBATCHSIZE", "1000"), ("autoOffsetReset", "latest"), ("commitOnFailure", "False"), ("maxRetries", "-1"), ("libkafkaDebug", "cgrp,fetch"));

        Assert.Equal((1000, OffsetReset.Latest, false, -1, "cgrp,fetch"), (options.MaxBatchSize, options.AutoOffsetReset, options.CommitOnFailure, options.MaxRetries, options.LibkafkaDebug));
    }

    private static KafkaOptions Read(params (string Key, string Value)[] keys) => KafkaOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(keys.Select(key => KeyValuePair.Create($"extensions:kafka:{key.Key}", (string?)key.Value)))
        .Build());
}
