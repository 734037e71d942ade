using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Runtime.InteropServices;
using Confluent.Kafka;

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
    public void The_client_library_is_loaded_only_once()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return; // Nothing else than Linux lists what a process has loaded as a file.
        }

        using var client = _broker.Producer();

        var loaded = File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1]).Where(file => file.Contains("rdkafka", StringComparison.Ordinal)).Distinct();

        Assert.Single(loaded);
    }

    [Fact]
    public async Task A_record_comes_back_as_it_was_produced()
    {
        _broker.CreateTopic("records");
        byte[] key = [0, 255, 128, 10];
        byte[] value = [0xC3, 0x28, 0];
        var headers = new Headers { { "first", [0, 1] }, { "empty", [] }, { "null", null }, { "first", [2] } };
        using var producer = _broker.Producer();
        await producer.ProduceAsync("records", new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers });

        var record = Assert.Single(Consume("records", "g", 1)).Message;

        Assert.Equal(key, record.Key);
        Assert.Equal(value, record.Value);
        Assert.Equal(["first", "empty", "null", "first"], record.Headers.Select(header => header.Key));
        Assert.Equal([[0, 1], [], null, [2]], record.Headers.Select(header => header.GetValueBytes()));
    }

    [Fact]
    public async Task A_null_key_and_a_null_value_stay_null()
    {
        _broker.CreateTopic("tombstones");
        using var producer = _broker.Producer();
        await producer.ProduceAsync("tombstones", new Message<byte[]?, byte[]?>());

        var record = Assert.Single(Consume("tombstones", "g", 1)).Message;

        Assert.Null(record.Key);
        Assert.Null(record.Value);
    }

    [Fact]
    public async Task A_topic_has_the_partitions_that_it_was_created_with()
    {
        _broker.CreateTopic("three", 3);
        using var producer = _broker.Producer();

        for (var partition = 0; partition < 3; partition++)
        {
            await producer.ProduceAsync(new TopicPartition("three", partition), new Message<byte[]?, byte[]?>());
        }

        await Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync(new TopicPartition("three", 3), new Message<byte[]?, byte[]?>()));
    }

    [Fact]
    public async Task A_committed_offset_is_found_again_by_another_consumer_of_the_group()
    {
        _broker.CreateTopic("resumed");
        await Produce("resumed", 3);
        using (var first = _broker.Consumer("g"))
        {
            first.Subscribe("resumed");
            first.Commit(first.Take(2)[^1]);
            first.Close();
        }

        Assert.Equal(2, Consume("resumed", "g", 1)[0].Offset);
    }

    [Fact]
    public async Task Records_and_offsets_survive_the_broker_being_down()
    {
        _broker.CreateTopic("sturdy");
        await Produce("sturdy", 1);
        using var producer = _broker.Producer();
        _broker.SetDown();
        var waiting = producer.ProduceAsync("sturdy", new Message<byte[]?, byte[]?>());
        Assert.False(waiting.IsCompleted);

        _broker.SetUp();

        Assert.Equal(1, (await waiting.WaitAsync(Clients.Patience)).Offset);
        Assert.Equal([0, 1], Consume("sturdy", "g", 2).Select(record => record.Offset.Value));
    }

    [Fact]
    public void A_topic_that_was_not_created_is_an_error_to_its_consumer()
    {
        using var consumer = _broker.Consumer("g");
        consumer.Subscribe("absent");

        var error = Assert.Throws<ConsumeException>(() => consumer.Consume(Clients.Patience));

        Assert.Equal(ErrorCode.UnknownTopicOrPart, error.Error.Code);
        consumer.Close();
    }

    [Fact]
    public async Task A_topic_that_was_not_created_is_created_by_its_producer()
    {
        await Produce("conjured", 1);

        Assert.Single(Consume("conjured", "g", 1));
    }

    [Fact]
    public void A_topic_cannot_be_created_twice()
    {
        _broker.CreateTopic("once");

        var error = Assert.Throws<KafkaException>(() => _broker.CreateTopic("once"));

        Assert.Equal(ErrorCode.TopicAlreadyExists, error.Error.Code);
        Assert.Contains("'once'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_regular_expression_subscribes_to_several_topics()
    {
        foreach (var topic in (string[])["left", "right", "upright"])
        {
            _broker.CreateTopic(topic);
            await Produce(topic, 1);
        }

        var records = Consume("^left$|^right$", "g", 2, out var assignment);

        Assert.Equal(["left", "right"], records.Select(record => record.Topic).Order());
        Assert.Equal(["left", "right"], assignment.Order());
    }

    [Fact]
    public async Task An_injected_error_is_what_the_client_sees()
    {
        _broker.CreateTopic("faulty");
        using var producer = _broker.Producer();
        _broker.PushErrors(BrokerRequest.Produce, ErrorCode.PolicyViolation);

        var error = await Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync("faulty", new Message<byte[]?, byte[]?>()));

        Assert.Equal(ErrorCode.PolicyViolation, error.Error.Code);
        Assert.Equal(0, (await producer.ProduceAsync("faulty", new Message<byte[]?, byte[]?>())).Offset);
    }

    [Fact]
    public async Task A_round_trip_time_delays_what_the_client_gets()
    {
        _broker.CreateTopic("slow");
        await Produce("slow", 1);
        var delay = TimeSpan.FromMilliseconds(300);
        _broker.SetRoundTripTime(delay);
        var started = TimeProvider.System.GetTimestamp();

        await Produce("slow", 1);

        // A lower bound holds on a machine of any speed.
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= delay);
    }

    [Fact]
    public async Task A_consumer_whose_offset_was_evicted_resumes_at_the_earliest_record_that_is_left()
    {
        _broker.CreateTopic("evicted");
        using var producer = _broker.Producer();
        using (var first = _broker.Consumer("g"))
        {
            first.Commit([new TopicPartitionOffset("evicted", 0, 0)]);
        }

        for (var i = 0; i < 8; i++)
        {
            await producer.ProduceAsync("evicted", new Message<byte[]?, byte[]?> { Value = new byte[1_000_000] });
        }

        var left = Consume("evicted", "g", 1)[0].Offset;

        Assert.InRange(left.Value, 1, 7);
    }

    [Fact]
    public async Task The_only_record_of_a_partition_is_kept_whatever_its_size()
    {
        _broker.CreateTopic("large");
        using var producer = _broker.Producer();
        await producer.ProduceAsync("large", new Message<byte[]?, byte[]?> { Value = new byte[20_000_000] });

        Assert.Equal(20_000_000, Consume("large", "g", 1)[0].Message.Value!.Length);
    }

    [Fact]
    public void An_option_out_of_its_range_is_refused_by_name()
    {
        var error = Assert.Throws<ValidationException>(() => EmbeddedBroker.Start(new EmbeddedBrokerOptions { GroupFormationDelay = TimeSpan.FromHours(1) }));

        Assert.Contains(nameof(EmbeddedBrokerOptions.GroupFormationDelay), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_that_was_disposed_refuses_calls()
    {
        var broker = EmbeddedBroker.Start();
        broker.Dispose();
        broker.Dispose();

        Assert.Throws<ObjectDisposedException>(() => broker.CreateTopic("late"));
        Assert.Throws<ObjectDisposedException>(broker.SetDown);
    }

    private async Task Produce(string topic, int count)
    {
        using var producer = _broker.Producer();
        for (var i = 0; i < count; i++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<byte[]?, byte[]?> { Value = [(byte)i] });
        }
    }

    private List<ConsumeResult<byte[]?, byte[]?>> Consume(string topic, string group, int count) => Consume(topic, group, count, out _);

    private List<ConsumeResult<byte[]?, byte[]?>> Consume(string topic, string group, int count, out IEnumerable<string> assignment)
    {
        using var consumer = _broker.Consumer(group);
        consumer.Subscribe(topic);
        var records = consumer.Take(count);
        assignment = consumer.Assignment.Select(partition => partition.Topic);
        consumer.Close();
        return records;
    }
}
