using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Requests;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;
using Millrace.Broker.Tests.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Tests.Server;

public sealed class FetchApiTests : IDisposable
{
    private static readonly int OneBatch = new Batch().ToBytes().Length;

    private readonly FakeTimeProvider _time = new();
    private readonly TopicTable _topics;
    private readonly Api _fetch;

    public FetchApiTests()
    {
        _topics = new TopicTable(Journal.InMemory(), new TopicVolumes(null), new LogSettings(), _time, NullLogger.Instance);
        _topics.Create("t", 3, []);
        _fetch = new FetchApi(_topics, _time).Apis.Single();
    }

    public void Dispose() => _topics.Dispose();

    [Fact]
    public void What_is_there_is_given_at_once()
    {
        Append(0);
        Append(0);

        var fetched = Done(Fetch(Request(0)))[0];

        Assert.Equal((KafkaError.None, 2 * OneBatch, 2L, 2L, 0L), (fetched.Error, fetched.Records!.Length, fetched.HighWatermark, fetched.LastStableOffset, fetched.LogStartOffset));
        Assert.Null(fetched.Aborted);
    }

    [Fact]
    public async Task Too_little_waits_for_more()
    {
        Append(0);
        var answer = Fetch(Request(0), minBytes: OneBatch + 1);
        Assert.False(answer.IsCompleted);

        Append(0);

        Assert.Equal(2 * OneBatch, (await Wait(answer))[0].Records!.Length);
    }

    [Fact]
    public async Task Any_of_several_partitions_ends_the_wait()
    {
        var answer = Fetch(Request(0, 1, 2));
        Assert.False(answer.IsCompleted);

        Append(2);

        Assert.Equal([0, 0, OneBatch], (await Wait(answer)).Select(one => one.Records!.Length));
    }

    [Fact]
    public async Task The_wait_ends_with_its_time_and_gives_what_there_is()
    {
        Append(0);
        var answer = Fetch(Request(0), minBytes: 1_000_000, maxWaitMs: 500);
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(answer.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(OneBatch, (await Wait(answer))[0].Records!.Length);
    }

    [Fact]
    public async Task The_longest_wait_that_can_be_written_ends_after_the_longest_that_is_allowed()
    {
        var answer = Fetch(Request(0), maxWaitMs: int.MaxValue);

        _time.Advance(FetchApi.MaxWait);

        Assert.Equal(0, (await Wait(answer))[0].Records!.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Without_a_time_to_wait_nothing_is_waited_for(int maxWaitMs) => Assert.Equal(0, Done(Fetch(Request(0), maxWaitMs: maxWaitMs))[0].Records!.Length);

    [Fact]
    public async Task A_client_that_leaves_ends_the_wait()
    {
        using var aborted = new CancellationTokenSource();
        var answer = Fetch(Request(0), aborted: aborted.Token);
        Assert.False(answer.IsCompleted);

        await aborted.CancelAsync();

        await Wait(answer);
    }

    [Fact]
    public async Task Who_reads_what_is_committed_waits_for_the_end_of_the_transaction()
    {
        Assert.Equal(KafkaError.None, _topics.Log("t", 0)!.Append(Batch.By(7, 0, transactional: true).ToBytes()).Error);
        var answer = Fetch(Request(0), isolation: 1);
        Assert.False(answer.IsCompleted);

        _topics.Log("t", 0)!.End(7, 0, committed: false);

        var fetched = (await Wait(answer))[0];
        Assert.Equal((2L, 2L), (fetched.HighWatermark, fetched.LastStableOffset));
        Assert.Equal((7L, 0L), (Assert.Single(fetched.Aborted!).ProducerId, fetched.Aborted![0].FirstOffset));
        Assert.True(fetched.Records!.Length > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-5)]
    public void A_first_batch_that_is_larger_than_what_was_asked_for_is_given_and_only_one(int maxBytes)
    {
        Append(0);
        Append(0);
        Append(1);

        Assert.Equal([OneBatch, 0], Done(Fetch(Request(0, 1), maxBytes: maxBytes)).Select(one => one.Records!.Length));
        Assert.Equal(OneBatch, Done(Fetch(Only(0, maxBytes)))[0].Records!.Length);
    }

    [Fact]
    public void The_room_of_an_answer_goes_to_the_partitions_in_the_order_in_which_they_are_named()
    {
        for (var partition = 0; partition < 3; partition++)
        {
            Append(partition);
            Append(partition);
        }

        Assert.Equal([2 * OneBatch, OneBatch, 0], Done(Fetch(Request(0, 1, 2), maxBytes: 3 * OneBatch)).Select(one => one.Records!.Length));

        // A client that names last what was full gets the others.
        Assert.Equal([2 * OneBatch, OneBatch, 0], Done(Fetch(Request(1, 2, 0), maxBytes: 3 * OneBatch)).Select(one => one.Records!.Length));
    }

    [Fact]
    public void Asked_for_more_than_an_answer_may_carry_what_fills_it_is_enough()
    {
        Append(0);

        Assert.Equal(OneBatch, Done(Fetch(Request(0), minBytes: 1_000_000, maxBytes: OneBatch))[0].Records!.Length);
    }

    [Fact]
    public void An_error_of_one_partition_does_not_wait()
    {
        Append(0);
        var request = Request(0, 1, 17);
        request[1].Offset = 5;

        Assert.Equal([KafkaError.None, KafkaError.OffsetOutOfRange, KafkaError.UnknownTopicOrPartition], Done(Fetch(request, minBytes: 1_000_000)).Select(one => one.Error));
    }

    [Fact]
    public async Task A_partition_that_is_named_very_often_is_waited_for_once()
    {
        var answer = Fetch([.. Enumerable.Range(0, 200_000).Select(_ => new FetchPartition { Index = 0, MaxBytes = 100 })]);
        Assert.False(answer.IsCompleted);

        Append(0);

        Assert.Equal(OneBatch, (await Wait(answer))[0].Records!.Length);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_the_wait()
    {
        var answer = Fetch(Request(0));

        _topics.Delete("t");

        Assert.Equal(KafkaError.UnknownTopicOrPartition, (await Wait(answer))[0].Error);
    }

    private static FetchPartition[] Request(params int[] partitions) => Array.ConvertAll(partitions, partition => new FetchPartition { Index = partition, MaxBytes = 1_000_000 });

    private static List<FetchPartition> Only(int partition, int maxBytes) => [new FetchPartition { Index = partition, MaxBytes = maxBytes }];

    private static List<PartitionFetched> Done(Task<FetchResponse> answer)
    {
        Assert.True(answer.IsCompletedSuccessfully);
        using var fetched = answer.GetAwaiter().GetResult();
        return fetched.Topics[0].Partitions;
    }

    private static async Task<List<PartitionFetched>> Wait(Task<FetchResponse> answer)
    {
        using var fetched = await answer.WaitAsync(Clients.Patience);
        return fetched.Topics[0].Partitions;
    }

    private void Append(int partition) => Assert.Equal(KafkaError.None, _topics.Log("t", partition)!.Append(new Batch().ToBytes()).Error);

    private async Task<FetchResponse> Fetch(IEnumerable<FetchPartition> partitions, int minBytes = 1, int maxBytes = 1_000_000, int maxWaitMs = 60_000, sbyte isolation = 0, CancellationToken aborted = default)
    {
        var request = new FetchRequest { MinBytes = minBytes, MaxBytes = maxBytes, MaxWaitMs = maxWaitMs, IsolationLevel = isolation, Topics = [new() { Name = "t", Partitions = [.. partitions] }] };
        return (FetchResponse)await _fetch.AnswerAsync(request, new RequestContext("raw", "peer", 12, aborted));
    }
}
