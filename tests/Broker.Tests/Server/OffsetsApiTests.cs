using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Requests;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;
using Millrace.Broker.Tests.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Tests.Server;

public sealed class OffsetsApiTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly RecordedLog _log = new();
    private readonly DataDirectory _directory;
    private readonly TopicTable _topics;
    private readonly Api _list;

    public OffsetsApiTests()
    {
        _directory = DataDirectory.Open(_temporary.Path);
        _topics = new TopicTable(Journal.InMemory(), new TopicVolumes(_directory), new LogSettings(), new FakeTimeProvider(), _log);
        _topics.Create("t", 2, []);
        _list = new OffsetsApi(_topics).Apis.Single(api => api.Key == ApiKey.ListOffsets);
        for (var partition = 0; partition < 2; partition++)
        {
            _topics.Log("t", partition)!.Append(new Batch { Timestamps = [10, 30, 20] }.ToBytes());
        }
    }

    public void Dispose()
    {
        _topics.Dispose();
        _directory.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [InlineData(ListOffsetsRequest.Earliest, 0, -1)]
    [InlineData(ListOffsetsRequest.Latest, 3, -1)]
    [InlineData(ListOffsetsRequest.MaxTimestamp, 1, 30)]
    [InlineData(0, 0, 10)]
    [InlineData(15, 1, 30)]
    [InlineData(31, -1, -1)]
    [InlineData(long.MinValue, -1, -1)]
    [InlineData(long.MaxValue, -1, -1)]
    public async Task Offsets_are_found_by_time(long timestamp, long offset, long at)
    {
        var found = (await List(timestamp))[0];

        Assert.Equal((KafkaError.None, offset, at), (found.Error, found.Offset, found.Timestamp));
    }

    [Fact]
    public async Task Of_a_transaction_that_is_open_nothing_is_found_by_who_reads_what_is_committed()
    {
        _topics.Log("t", 0)!.Append((Batch.By(7, 0, transactional: true) with { Timestamp = 50 }).ToBytes());

        Assert.Equal(3, (await List(ListOffsetsRequest.Latest, isolation: 1))[0].Offset);
        Assert.Equal(4, (await List(ListOffsetsRequest.Latest))[0].Offset);
        Assert.Equal(-1, (await List(50, isolation: 1))[0].Offset);
        Assert.Equal(3, (await List(50))[0].Offset);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(ListOffsetsRequest.MaxTimestamp)]
    public async Task A_partition_that_cannot_be_read_is_an_error_of_its_own(long timestamp)
    {
        var log = Directory.GetFiles(_temporary.Path, "*.log", SearchOption.AllDirectories).Single(file => Path.GetFileName(Path.GetDirectoryName(file)) == "0");
        await using (var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // The length of the batch.
            file.Position = 8;
            file.Write([0xFF, 0xFF, 0xFF, 0xFF]);
        }

        var found = await List(timestamp);

        Assert.Equal([KafkaError.KafkaStorageError, KafkaError.None, KafkaError.UnknownTopicOrPartition], found.Select(one => one.Error));
        Assert.Equal(1, found[1].Offset);
        Assert.NotEmpty(_log.Errors.Concat(_log.Warnings));
    }

    private async Task<List<PartitionOffset>> List(long timestamp, sbyte isolation = 0)
    {
        var request = new ListOffsetsRequest { IsolationLevel = isolation, Topics = [new() { Name = "t", Partitions = [.. Enumerable.Range(0, 3).Select(index => new ListOffsetsPartition { Index = index, Timestamp = timestamp })] }] };
        return ((ListOffsetsResponse)await _list.AnswerAsync(request, new RequestContext("raw", "peer", 7, default))).Topics[0].Partitions;
    }
}
