using Millrace.Broker.Storage;
using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Tests.Storage;

public sealed class FindByTimeTests : IDisposable
{
    private readonly TestLog _test = new(new LogSettings { SegmentBytes = 20_000, RetentionTime = null });

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(11, Codec.None)]
    [InlineData(12, Codec.Gzip)]
    [InlineData(13, Codec.Snappy)]
    [InlineData(14, Codec.Lz4)]
    [InlineData(15, Codec.Zstd)]
    public void It_finds_what_a_linear_search_finds(int seed, int codec)
    {
        var random = new Random(seed);
        var all = new List<OffsetAndTime>();
        for (var i = 0; i < 400; i++)
        {
            var times = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (long)((i * 20) + random.Next(-300, 300) + 1000)).ToList();
            var offset = _test.AppendOk(new Batch { Timestamps = times, Codec = codec, Value = new string('x', random.Next(300)) }, bytes => Codec.Compress(codec, bytes));
            all.AddRange(times.Select((time, j) => new OffsetAndTime(offset + j, time)));
        }

        Check();
        _test.Log.DeleteRecords(all.Count / 3, out _);
        all.RemoveRange(0, all.Count / 3);
        Check();
        _test.Crash();
        Check();

        void Check()
        {
            for (var time = 0; time < 10_000; time += 37)
            {
                var expected = all.Where(one => one.Timestamp >= time).Select(one => (OffsetAndTime?)one).FirstOrDefault();
                Assert.True(expected == _test.Log.FindByTime(time), $"seed {seed}, time {time}");
            }

            Assert.Equal(all.MaxBy(one => one.Timestamp), _test.Log.MaxTimestamp());
        }
    }

    [Fact]
    public void An_empty_log_has_no_time()
    {
        Assert.Null(_test.Log.FindByTime(0));
        Assert.Null(_test.Log.MaxTimestamp());
    }

    [Fact]
    public void Records_that_cannot_be_read_are_found_by_their_batch()
    {
        _test.AppendOk(new Batch { Count = 5, Codec = Codec.Zstd }, _ => [1, 2, 3]);
        Assert.Equal(new OffsetAndTime(0, 1004), _test.Log.FindByTime(1002));
    }
}
