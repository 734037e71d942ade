namespace Millrace.Conformance;

/// <summary>What a producer or a consumer is told when it asks for what cannot be.</summary>
public abstract class Refusals(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviours]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_too_large_for_its_topic_is_refused_and_the_next_one_goes(bool idempotent)
    {
        var topic = await CreateTopicAsync("narrow", configs: new() { ["max.message.bytes"] = "10000" });
        var producer = Producer(config => config.EnableIdempotence = idempotent);
        await producer.SendAsync(topic, "before");

        var refused = await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => producer.SendAsync(topic, new string('x', 20_000)));
        await producer.SendAsync(topic, "after");

        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        Assert.Equal(["before", "after"], ReadAll(topic).Values());
    }

    [Behaviour]
    public async Task An_unknown_topic_is_an_error_to_a_producer_that_may_not_create_it()
    {
        var topic = Name("absent");
        var producer = Producer(config =>
        {
            config.Set("allow.auto.create.topics", "false");
            config.Set("topic.metadata.propagation.max.ms", "100");
            config.MessageTimeoutMs = 5_000;
        });

        var refused = await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => producer.SendAsync(topic, "lost"));

        Assert.Contains(refused.Error.Code, (ErrorCode[])[ErrorCode.Local_UnknownTopic, ErrorCode.UnknownTopicOrPart]);
        Assert.False(Exists(topic));
    }

    [Behaviour]
    public async Task An_unknown_topic_is_created_by_its_producer()
    {
        var topic = Name("conjured");
        await Producer().ProduceAsync(topic, new Message<string?, string?> { Value = "first" });

        Assert.Equal(["first"], ReadAll(topic).Values());
    }

    [Behaviour]
    public async Task An_unknown_partition_is_an_error_to_its_producer()
    {
        var topic = await CreateTopicAsync("single");

        var refused = await Assert.ThrowsAsync<ProduceException<string?, string?>>(
            () => Producer(config => config.MessageTimeoutMs = 5_000).ProduceAsync(new TopicPartition(topic, 7), new Message<string?, string?>()));

        Assert.Contains(refused.Error.Code, (ErrorCode[])[ErrorCode.Local_UnknownPartition, ErrorCode.UnknownTopicOrPart]);
    }

    [Behaviour]
    public void An_unknown_topic_is_an_error_to_its_consumer_and_is_not_created()
    {
        var topic = Name("unborn");
        using var consumer = Consumer("early");
        consumer.Subscribe(topic);

        var refused = Assert.Throws<ConsumeException>(() => consumer.Consume(Patience));

        Assert.Equal(ErrorCode.UnknownTopicOrPart, refused.Error.Code);
        Assert.False(Exists(topic));
    }
}

public sealed class RefusalsOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Refusals(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class RefusalsOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Refusals(cluster, output), IClassFixture<ConfiguredCluster>;
