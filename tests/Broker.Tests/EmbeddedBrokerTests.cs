using System.Globalization;
using System.Net;
using Confluent.Kafka;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests;

public sealed class EmbeddedBrokerTests : IDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void It_listens_on_the_loopback_interface()
    {
        Assert.True(IPEndPoint.TryParse(_broker.BootstrapServers, out var endpoint));
        Assert.True(IPAddress.IsLoopback(endpoint.Address));
    }

    [Fact]
    public async Task Records_and_offsets_survive_the_broker_being_down()
    {
        _broker.CreateTopic("sturdy");
        await Produce("sturdy", 1);
        using var producer = _broker.Producer();
        await _broker.DownAsync();
        var waiting = producer.ProduceAsync("sturdy", new Message<byte[]?, byte[]?>());
        Assert.False(waiting.IsCompleted);

        _broker.Up();

        Assert.Equal(1, (await waiting.WaitAsync(Clients.Patience)).Offset);
        Assert.Equal([0, 1], Consume("sturdy", "g", 2).Select(record => record.Offset.Value));
    }

    [Fact]
    public void A_topic_cannot_be_created_twice()
    {
        _broker.CreateTopic("once");

        var error = Assert.Throws<ArgumentException>(() => _broker.CreateTopic("once"));

        Assert.Contains("'once'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_no_topic_has_is_refused_with_those_that_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => _broker.CreateTopic("odd", 1, new Dictionary<string, string> { ["retention.days"] = "1" }));

        Assert.Contains("'retention.days'", error.Message, StringComparison.Ordinal);
        Assert.Contains("retention.ms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ordered_error_is_what_the_client_sees()
    {
        _broker.CreateTopic("faulty");
        using var producer = _broker.Producer();
        _broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.PolicyViolation);

        var error = await Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync("faulty", new Message<byte[]?, byte[]?>()));

        Assert.Equal(ErrorCode.PolicyViolation, error.Error.Code);
        Assert.Equal(0, (await producer.ProduceAsync("faulty", new Message<byte[]?, byte[]?>())).Offset);
    }

    [Fact]
    public async Task A_delay_is_what_the_client_waits()
    {
        _broker.CreateTopic("slow");
        await Produce("slow", 1);
        var delay = TimeSpan.FromMilliseconds(300);
        _broker.Faults.Delay(delay);
        var started = TimeProvider.System.GetTimestamp();

        await Produce("slow", 1);

        // A lower bound holds on a machine of any speed.
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= delay);
    }

    [Fact]
    public async Task A_record_that_was_appended_before_its_answer_was_dropped_is_there_once()
    {
        _broker.CreateTopic("dropped");
        using var producer = _broker.Producer(idempotent: true);
        await producer.ProduceAsync("dropped", new Message<byte[]?, byte[]?> { Value = [1] });
        _broker.Faults.Drop(ApiKey.Produce, DropPoint.AfterApplying);

        var delivered = await producer.ProduceAsync("dropped", new Message<byte[]?, byte[]?> { Value = [2] });

        Assert.Equal(1, delivered.Offset);
        Assert.Empty(_broker.Faults.Pending);
        Assert.Equal([1, 2], Consume("dropped", "g", 2).Select(record => record.Message.Value![0]));
    }

    [Fact]
    public async Task Events_that_are_years_old_by_their_timestamps_are_kept()
    {
        using var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { MaintenanceInterval = TimeSpan.FromMilliseconds(10) });
        broker.CreateTopic("old");
        using var producer = broker.Producer();
        await producer.ProduceAsync("old", new Message<byte[]?, byte[]?> { Timestamp = new Timestamp(0, TimestampType.CreateTime) });
        broker.CreateTopic("short", 1, new Dictionary<string, string> { ["retention.ms"] = "1000" });
        await producer.ProduceAsync("short", new Message<byte[]?, byte[]?> { Timestamp = new Timestamp(0, TimestampType.CreateTime) });

        // The one that is not to be kept goes in a round of maintenance that has been over the other one before.
        using var consumer = broker.Consumer("g");
        using var patience = new CancellationTokenSource(Clients.Patience);
        while (consumer.QueryWatermarkOffsets(new TopicPartition("short", 0), Clients.Patience).Low == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal(0, consumer.QueryWatermarkOffsets(new TopicPartition("old", 0), Clients.Patience).Low.Value);
    }

    [Fact]
    public void An_option_out_of_its_range_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => EmbeddedBroker.Start(new EmbeddedBrokerOptions { GroupFormationDelay = TimeSpan.FromHours(1) }));

        Assert.Contains(nameof(EmbeddedBrokerOptions.GroupFormationDelay), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_by_its_number()
    {
        var port = int.Parse(_broker.BootstrapServers.Split(':')[1], CultureInfo.InvariantCulture);

        var error = Assert.Throws<IOException>(() => EmbeddedBroker.Start(new EmbeddedBrokerOptions { Port = port }));

        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_directory_holds_is_there_for_the_next_broker_and_for_no_other_meanwhile()
    {
        using var directory = new TemporaryDirectory();
        var options = new EmbeddedBrokerOptions { DataDirectory = directory.Path };
        await using (var first = EmbeddedBroker.Start(options))
        {
            first.CreateTopic("kept", 3, new Dictionary<string, string> { ["max.message.bytes"] = "5000000" });
            using var producer = first.Producer();
            await producer.ProduceAsync(new TopicPartition("kept", 2), new Message<byte[]?, byte[]?> { Value = new byte[4_000_000] });
            var refused = Assert.Throws<StorageException>(() => EmbeddedBroker.Start(options));
            Assert.Contains(directory.Path, refused.Message, StringComparison.Ordinal);
        }

        await using var second = EmbeddedBroker.Start(options);
        using var consumer = second.Consumer("g");
        consumer.Assign(new TopicPartitionOffset("kept", 2, Offset.Beginning));

        Assert.Equal(3, second.Topics["kept"]);
        Assert.Equal(4_000_000, consumer.Take(1)[0].Message.Value!.Length);
    }

    [Fact]
    public void A_broker_that_was_disposed_has_left_its_port()
    {
        var broker = EmbeddedBroker.Start();
        broker.Dispose();
        broker.Dispose();

        using var next = EmbeddedBroker.Start(new EmbeddedBrokerOptions { Port = int.Parse(broker.BootstrapServers.Split(':')[1], CultureInfo.InvariantCulture) });
        Assert.Equal(broker.BootstrapServers, next.BootstrapServers);
    }

    private async Task Produce(string topic, int count)
    {
        using var producer = _broker.Producer();
        for (var i = 0; i < count; i++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<byte[]?, byte[]?> { Value = [(byte)i] });
        }
    }

    private List<ConsumeResult<byte[]?, byte[]?>> Consume(string topic, string group, int count)
    {
        using var consumer = _broker.Consumer(group);
        consumer.Subscribe(topic);
        var records = consumer.Take(count);
        consumer.Close();
        return records;
    }
}
