using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Topics;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Server;

/// <summary>Requests that are well-formed and ask for far too much.</summary>
public sealed class GreedyRequestTests : IDisposable
{
    private readonly RecordedLog _log = new();
    private readonly EmbeddedBroker _broker;

    public GreedyRequestTests()
    {
        _broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { Logger = _log });
        _broker.CreateTopic("t");
    }

    public void Dispose()
    {
        _broker.Dispose();
        Assert.Empty(_log.Errors);
    }

    [Theory]
    [InlineData(int.MaxValue, KafkaError.InvalidPartitions)]
    [InlineData(TopicTable.MaxPartitions + 1, KafkaError.InvalidPartitions)]
    [InlineData(0, KafkaError.InvalidPartitions)]
    [InlineData(int.MinValue, KafkaError.InvalidPartitions)]
    [InlineData(1_000, KafkaError.None)]
    public async Task A_topic_of_too_many_partitions_is_refused(int partitions, KafkaError expected)
    {
        using var client = await RawClient.ConnectAsync(_broker);

        var created = await client.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(new() { Topics = [new() { Name = "big", Partitions = partitions, ReplicationFactor = 1 }] });
        var grown = await client.AskAsync<CreatePartitionsRequest, CreatePartitionsResponse>(new() { Topics = [new() { Name = "t", Count = partitions }] });

        Assert.Equal((expected, expected), (created.Topics[0].Error, grown.Topics[0].Error));
        Assert.Equal(expected == KafkaError.None ? partitions : 1, _broker.Topics["t"]);
    }

    [Fact]
    public async Task Topics_that_are_asked_for_are_created_only_while_there_is_room_for_their_partitions()
    {
        const int Asked = 30_000;
        using var client = await RawClient.ConnectAsync(_broker);
        await client.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(new() { Topics = [new() { Name = "big", Partitions = 90_000, ReplicationFactor = 1 }] });

        var answer = await client.AskAsync<MetadataRequest, MetadataResponse>(new() { Topics = [.. Enumerable.Range(0, Asked).Select(i => new MetadataTopicName { Name = $"new-{i}" })] });

        Assert.Equal(Asked, answer.Topics.Count);
        Assert.Equal((TopicTable.MaxPartitions - 90_001) / 4, answer.Topics.Count(topic => topic.Error == KafkaError.None));
        Assert.Equal(KafkaError.InvalidPartitions, answer.Topics[^1].Error);
    }

    [Fact]
    public async Task What_is_asked_for_many_times_is_answered_once()
    {
        using var client = await RawClient.ConnectAsync(_broker);

        var metadata = await client.AskAsync<MetadataRequest, MetadataResponse>(new() { Topics = [.. Enumerable.Repeat(new MetadataTopicName { Name = "t" }, 1_000)] });
        var ids = await client.AskAsync<MetadataRequest, MetadataResponse>(new() { Topics = [.. Enumerable.Repeat(new MetadataTopicName { Name = null, TopicId = metadata.Topics[0].TopicId }, 1_000)] });
        var configs = await client.AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>(new() { Resources = [.. Enumerable.Repeat(new ConfigResource { Type = ConfigResource.Topic, Name = "t" }, 1_000)] });
        var groups = await client.AskAsync<DescribeGroupsRequest, DescribeGroupsResponse>(new() { Groups = [.. Enumerable.Repeat("g", 1_000)] });

        Assert.Equal((1, 1, 1, 1), (metadata.Topics.Count, ids.Topics.Count, configs.Results.Count, groups.Groups.Count));
        Assert.Equal("t", ids.Topics[0].Name);
    }

    [Fact]
    public async Task Offsets_of_partitions_that_do_not_exist_are_not_kept()
    {
        using var client = await RawClient.ConnectAsync(_broker);
        var request = new OffsetCommitRequest { GroupId = "g", Topics = [new() { Name = "t", Partitions = [.. Enumerable.Range(0, 400_000).Select(index => new OffsetCommitRequest.Partition { Index = index, CommittedOffset = 1 })] }] };

        var answer = await client.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(request);
        var kept = await client.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(new() { Groups = [new() { GroupId = "g", Topics = null }] });

        Assert.Equal(1, answer.Topics[0].Partitions.Count(partition => partition.Error == KafkaError.None));
        Assert.Single(Assert.Single(kept.Groups[0].Topics).Partitions);
    }

    [Fact]
    public async Task A_request_of_more_elements_than_any_client_has_is_none()
    {
        using var client = await RawClient.ConnectAsync(_broker);

        await client.SendAsync(RawClient.Frame(new DescribeGroupsRequest { Groups = [.. Enumerable.Repeat("", WireReader.MaxElements + 1)] }));

        Assert.Null(await client.ReceiveAsync());
        Assert.Contains("allowed are 500000", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_string_is_no_longer_than_every_answer_can_repeat()
    {
        using var client = await RawClient.ConnectAsync(_broker);
        var longest = new string('g', short.MaxValue);
        var commit = new OffsetCommitRequest { GroupId = longest, Topics = [new() { Name = "t", Partitions = [new() { Index = 0, CommittedOffset = 1 }] }] };
        Assert.Equal(KafkaError.None, (await client.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(commit)).Topics[0].Partitions[0].Error);
        Assert.Equal(longest, (await client.AskAsync<ListGroupsRequest, ListGroupsResponse>(new(), version: 0)).Groups[0].GroupId);

        await client.SendAsync(RawClient.Frame(new InitProducerIdRequest { TransactionalId = longest + "x", TransactionTimeoutMs = 1_000 }));

        Assert.Null(await client.ReceiveAsync());
        Assert.Contains("A string is said to have 32768 bytes; allowed are 32767.", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_repeat_only_the_beginning_of_what_is_long()
    {
        using var client = await RawClient.ConnectAsync(_broker);
        var longest = new string('x', short.MaxValue);

        var created = await client.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(new() { Topics = [New("a"), New("b", longest), New("c", "cleanup.policy", longest), New(longest), New(longest)] }, version: 4);
        var grown = await client.AskAsync<CreatePartitionsRequest, CreatePartitionsResponse>(new() { Topics = [new() { Name = longest, Count = 2 }] }, version: 1);
        var described = await client.AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>(new() { Resources = [new() { Type = ConfigResource.Topic, Name = longest }] }, version: 1);
        var altered = await client.AskAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
            new() { Resources = [new() { Type = ConfigResource.Topic, Name = "t", Configs = [new() { Name = longest, Value = longest, Operation = 2 }] }, new() { Type = ConfigResource.Topic, Name = longest }] }, version: 0);

        Assert.Equal([KafkaError.None, KafkaError.InvalidConfig, KafkaError.InvalidConfig, KafkaError.InvalidRequest, KafkaError.InvalidRequest], created.Topics.Select(topic => topic.Error));
        Assert.All(
            [.. created.Topics.Skip(1).Select(topic => topic.ErrorMessage), grown.Topics[0].ErrorMessage, described.Results[0].ErrorMessage, .. altered.Resources.Select(one => one.ErrorMessage)],
            message => Assert.InRange(message!.Length, 1, 1_000));
    }

    [Fact]
    public async Task A_group_takes_only_so_much_that_its_members_say_of_themselves()
    {
        using var client = await RawClient.ConnectAsync(_broker);

        var joined = await client.AskAsync<JoinGroupRequest, JoinGroupResponse>(Join(70 * 1024 * 1024));

        Assert.Equal(KafkaError.GroupMaxSizeReached, joined.Error);
        Assert.Equal(KafkaError.MemberIdRequired, (await client.AskAsync<JoinGroupRequest, JoinGroupResponse>(Join(1_000_000))).Error);
    }

    [Fact]
    public async Task A_client_with_the_longest_name_becomes_a_member_of_a_shorter_one()
    {
        using var client = await RawClient.ConnectAsync(_broker);

        var joined = await client.AskAsync<JoinGroupRequest, JoinGroupResponse>(Join(10), version: 3, clientId: new string('c', short.MaxValue));

        Assert.Equal(KafkaError.None, joined.Error);
        Assert.InRange(joined.MemberId.Length, 100, 2_000);
    }

    [Fact]
    public async Task Producer_ids_are_given_out_without_end()
    {
        using var client = await RawClient.ConnectAsync(_broker);
        var last = -1L;
        for (var i = 0; i < 5_000; i++)
        {
            var id = (await client.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(new() { TransactionTimeoutMs = 1_000 })).ProducerId;
            Assert.True(id > last);
            last = id;
        }
    }

    [Fact]
    public async Task A_fetch_with_the_ends_of_all_numbers_is_answered()
    {
        using var client = await RawClient.ConnectAsync(_broker);
        var partitions = Enumerable.Range(0, 10_000).SelectMany(i => (FetchPartition[])[new() { Index = i % 3 - 1, Offset = long.MinValue, MaxBytes = int.MinValue }, new() { Index = 0, Offset = long.MaxValue, MaxBytes = int.MaxValue }]);

        var answer = await client.AskAsync<FetchRequest, FetchResponse>(new() { MaxWaitMs = int.MaxValue, MinBytes = int.MaxValue, MaxBytes = int.MinValue, Topics = [new() { Name = "t", Partitions = [.. partitions] }] });

        Assert.Equal([KafkaError.UnknownTopicOrPartition, KafkaError.OffsetOutOfRange], answer.Topics[0].Partitions.Select(partition => partition.Error).Distinct());
    }

    private static NewTopic New(string name, string? setting = null, string value = "1") =>
        new() { Name = name, Partitions = 1, ReplicationFactor = 1, Configs = setting is null ? [] : [new() { Name = setting, Value = value }] };

    private static JoinGroupRequest Join(int metadata) =>
        new() { GroupId = "g", SessionTimeoutMs = 10_000, RebalanceTimeoutMs = 10_000, ProtocolType = "consumer", Protocols = [new() { Name = "range", Metadata = new byte[metadata] }] };
}
