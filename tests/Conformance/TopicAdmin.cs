using Confluent.Kafka.Admin;

namespace Millrace.Conformance;

/// <summary>Creating, describing, changing and deleting topics.</summary>
public abstract class TopicAdmin(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviour]
    public async Task A_topic_is_described_as_it_was_created()
    {
        var topic = await CreateTopicAsync("described", 3);

        var described = (await Admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions.Single();

        Assert.Equal((topic, false), (described.Name, described.IsInternal));
        Assert.Equal([0, 1, 2], described.Partitions.Select(partition => partition.Partition));
        Assert.All(described.Partitions, partition => Assert.Contains(partition.Leader.Id, partition.ISR.Select(node => node.Id)));
    }

    [Behaviour]
    public async Task A_topic_that_is_deleted_is_gone_and_its_name_is_free()
    {
        var topic = await CreateTopicAsync("reused");
        await Producer().SendAsync(topic, "old");

        await Admin.DeleteTopicsAsync([topic]);
        await Eventually.IsTrueAsync("the topic is gone", () => !Exists(topic));
        await CreateTopicAsync("reused", 2);

        Assert.Empty(ReadAll(topic));
        await Producer().SendAsync(topic, "new");
        Assert.Equal([(0, "new")], ReadAll(topic).Select(record => (record.Offset.Value, record.Message.Value!)));
    }

    [Behaviour]
    public async Task A_topic_that_exists_cannot_be_created()
    {
        var topic = await CreateTopicAsync("twice");

        Assert.Equal(ErrorCode.TopicAlreadyExists, await RefusalAsync(new TopicSpecification { Name = topic, NumPartitions = 1 }));
    }

    [Behaviours]
    [InlineData("with space")]
    [InlineData("with/slash")]
    [InlineData(".")]
    public async Task A_topic_with_a_bad_name_cannot_be_created(string name) =>
        Assert.Equal(ErrorCode.TopicException, await RefusalAsync(new TopicSpecification { Name = name, NumPartitions = 1 }));

    [Behaviour]
    public async Task A_topic_cannot_have_more_replicas_than_there_are_brokers() =>
        Assert.Equal(ErrorCode.InvalidReplicationFactor, await RefusalAsync(new TopicSpecification { Name = Name("copied"), NumPartitions = 1, ReplicationFactor = 99 }));

    [Behaviours]
    [InlineData("segment.bytes", "many")]
    [InlineData("retention.ms", "-7")]
    [InlineData("cleanup.policy", "burn")]
    [InlineData("no.such.thing", "1")]
    public async Task A_topic_with_a_bad_setting_cannot_be_created(string name, string value) =>
        Assert.Equal(ErrorCode.InvalidConfig, await RefusalAsync(new TopicSpecification { Name = Name("misconfigured"), NumPartitions = 1, Configs = new() { [name] = value } }));

    [Behaviour]
    public async Task A_creation_that_is_only_validated_creates_nothing()
    {
        var topic = Name("tried");

        await Admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1 }], new CreateTopicsOptions { ValidateOnly = true });

        Assert.False(Exists(topic));
    }

    [Behaviour]
    public async Task A_topic_without_a_number_of_partitions_has_the_clusters()
    {
        var topic = Name("default");

        await Admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = -1, ReplicationFactor = -1 }]);

        await Eventually.IsTrueAsync("it has partitions", () => Partitions(topic) > 0);
    }

    [Behaviour]
    public async Task An_unknown_topic_can_neither_be_deleted_nor_grow()
    {
        var topic = Name("absent");

        var deletion = await Assert.ThrowsAsync<DeleteTopicsException>(() => Admin.DeleteTopicsAsync([topic]));
        var growth = await Assert.ThrowsAsync<CreatePartitionsException>(() => Admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 2 }]));

        Assert.Equal(ErrorCode.UnknownTopicOrPart, deletion.Results.Single().Error.Code);
        Assert.Equal(ErrorCode.UnknownTopicOrPart, growth.Results.Single().Error.Code);
    }

    [Behaviour]
    public async Task Partitions_are_added_and_never_taken_away()
    {
        var topic = await CreateTopicAsync("growing");
        await Producer().SendAsync(topic, "kept");

        await Admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 3 }]);
        await Eventually.IsTrueAsync("it has three partitions", () => Partitions(topic) == 3);
        await Producer().ProduceAsync(new TopicPartition(topic, 2), new Message<string?, string?> { Value = "added" });
        var refused = await Assert.ThrowsAsync<CreatePartitionsException>(() => Admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 2 }]));

        Assert.Equal(ErrorCode.InvalidPartitions, refused.Results.Single().Error.Code);
        Assert.Equal(["added", "kept"], ReadAll(topic).Values().Order());
    }

    [Behaviour]
    public async Task A_topic_tells_which_settings_are_its_own()
    {
        var topic = await CreateTopicAsync("configured", configs: new() { ["retention.ms"] = "123456" });

        var settings = await SettingsAsync(topic);

        Assert.Equal(("123456", ConfigSource.DynamicTopicConfig), (settings["retention.ms"].Value, settings["retention.ms"].Source));
        Assert.Equal(("delete", true), (settings["cleanup.policy"].Value, settings["cleanup.policy"].IsDefault));
        Assert.All((string[])["segment.bytes", "retention.bytes", "max.message.bytes", "min.cleanable.dirty.ratio"], name => Assert.True(settings[name].IsDefault));
    }

    [Behaviour]
    public async Task A_setting_that_is_altered_takes_effect_and_can_be_taken_back()
    {
        var topic = await CreateTopicAsync("altered", configs: new() { ["retention.ms"] = "123456" });
        var (producer, large) = (Producer(), new string('x', 20_000));

        await AlterAsync(topic, "max.message.bytes", "10000", AlterConfigOpType.Set);
        var refused = await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => producer.SendAsync(topic, large));
        Assert.Equal("123456", (await SettingsAsync(topic))["retention.ms"].Value);
        await AlterAsync(topic, "max.message.bytes", null, AlterConfigOpType.Delete);
        await producer.SendAsync(topic, large);

        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        Assert.Equal([large], ReadAll(topic).Values());
    }

    [Behaviour]
    public async Task A_bad_setting_is_refused_and_an_unknown_topic_too()
    {
        var topic = await CreateTopicAsync("strict");

        var bad = await Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => AlterAsync(topic, "retention.ms", "soon", AlterConfigOpType.Set));
        var unknown = await Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => AlterAsync(Name("absent"), "retention.ms", "1000", AlterConfigOpType.Set));

        Assert.Equal(ErrorCode.InvalidConfig, bad.Results.Single().Error.Code);
        Assert.Equal(ErrorCode.UnknownTopicOrPart, unknown.Results.Single().Error.Code);
    }

    [Behaviour]
    public async Task The_cluster_names_its_brokers_and_its_controller()
    {
        var cluster = await Admin.DescribeClusterAsync();

        Assert.False(string.IsNullOrEmpty(cluster.ClusterId));
        Assert.Contains(cluster.Controller.Id, cluster.Nodes.Select(node => node.Id));
    }

    private async Task<ErrorCode> RefusalAsync(TopicSpecification topic) =>
        (await Assert.ThrowsAsync<CreateTopicsException>(() => Admin.CreateTopicsAsync([topic]))).Results.Single().Error.Code;

    private async Task<Dictionary<string, ConfigEntryResult>> SettingsAsync(string topic) =>
        (await Admin.DescribeConfigsAsync([new() { Type = ResourceType.Topic, Name = topic }])).Single().Entries;

    private Task<List<IncrementalAlterConfigsResult>> AlterAsync(string topic, string name, string? value, AlterConfigOpType operation) => Admin.IncrementalAlterConfigsAsync(new()
    {
        [new() { Type = ResourceType.Topic, Name = topic }] = [new() { Name = name, Value = value, IncrementalOperation = operation }],
    });
}

public sealed class TopicAdminOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : TopicAdmin(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class TopicAdminOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : TopicAdmin(cluster, output), IClassFixture<ConfiguredCluster>;
