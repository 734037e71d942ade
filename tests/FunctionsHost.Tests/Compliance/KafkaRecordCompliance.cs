using System.Text;
using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What a function sees of a record.</summary>
public abstract class KafkaRecordCompliance(IHostUnderTest host) : HostCompliance(host)
{
    [Fact]
    public async Task A_record_arrives_as_it_was_produced()
    {
        using var topic = new Topic();
        var headers = new Headers { { "name", Encoding.UTF8.GetBytes("wärme") }, { "none", null }, { "empty", [] }, { "name", [255] } };
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = [0, 255, 0xC3, 0x28], Value = [0, 128], Headers = headers, Timestamp = new Timestamp(1_700_000_000_123, TimestampType.CreateTime) });
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer, Batches(1));

        var record = Assert.Single((await observer.NextAsync()).Records);

        Assert.Equal((Topic.Name, 0, 0L), (record.Topic, record.Partition, record.Offset));
        Assert.Equal([0, 255, 0xC3, 0x28], record.Key);
        Assert.Equal([0, 128], record.Value);
        Assert.Equal(["name", "none", "empty", "name"], record.Headers.Select(header => header.Key));
        Assert.Equal(["wärme", null, "", "\uFFFD"], record.Headers.Select(header => header.GetValueAsString()));
        Assert.Null(record.Headers[1].Value);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), record.Timestamp.DateTimeOffset);
        Assert.Equal(KafkaTimestampType.NotAvailable, record.Timestamp.Type);
    }

    [Fact]
    public async Task A_record_without_key_value_and_headers_arrives_with_nulls_and_no_headers()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(new Message<byte[]?, byte[]?>());
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("One", topic, observer, Batches(1));

        var record = Assert.Single((await observer.NextAsync()).Records);

        Assert.Null(record.Key);
        Assert.Null(record.Value);
        Assert.Empty(record.Headers);
    }
}
