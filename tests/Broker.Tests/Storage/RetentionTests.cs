using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class RetentionTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}");
    private readonly TestLog _test;

    public RetentionTests() =>
        _test = new TestLog(new LogSettings { SegmentBytes = 500, RetentionTime = null }, new DiskVolume(_directory, new OpenFiles(most: 2)));

    public void Dispose()
    {
        _test.Log.Delete();
        Assert.False(Directory.Exists(_directory));
    }

    [Fact]
    public void Old_segments_go_while_the_others_have_enough_bytes()
    {
        Fill(50);
        _test.Log.Settings = _test.Settings with { RetentionBytes = 2000 };
        _test.Log.Maintain();
        Assert.InRange(_test.Log.SizeInBytes, 2000, 2500);
        Assert.Equal(50 - _test.Log.StartOffset, _test.ReadAll().Count);
    }

    [Fact]
    public void Segments_go_when_their_newest_record_is_too_old()
    {
        Fill(50);
        _test.Time.Advance(TimeSpan.FromHours(2));
        var kept = _test.AppendOk(Current());
        Fill(20);
        _test.Log.Settings = _test.Settings with { RetentionTime = TimeSpan.FromHours(1) };
        _test.Log.Maintain();
        Assert.InRange(_test.Log.StartOffset, 45, kept);
    }

    [Fact]
    public void A_segment_that_is_written_to_goes_too_when_all_of_it_is_old()
    {
        _test.AppendOk(Current());
        _test.Log.Settings = _test.Settings with { RetentionTime = TimeSpan.FromHours(1) };
        _test.Time.Advance(TimeSpan.FromHours(2));
        _test.Log.Maintain();
        Assert.Equal((1L, 1L, 0L), (_test.Log.StartOffset, _test.Log.EndOffset, _test.Log.SizeInBytes));
        _test.Crash();
        Assert.Equal((1L, 1L), (_test.Log.StartOffset, _test.Log.EndOffset));
    }

    [Fact]
    public void A_segment_is_followed_by_another_when_it_is_old()
    {
        _test.AppendOk(Current());
        _test.Time.Advance(TimeSpan.FromDays(8));
        _test.AppendOk(Current());
        Assert.Equal(2, _test.Volume.Names(".log").Count);
    }

    [Fact]
    public void Records_of_an_open_transaction_do_not_go()
    {
        _test.AppendOk(Batch.By(7, 0, transactional: true));
        Fill(50);
        _test.Log.Settings = _test.Settings with { RetentionBytes = 0 };
        _test.Log.Maintain();
        Assert.Equal(0, _test.Log.StartOffset);
        _test.Log.End(7, 0, committed: true);
        _test.Log.Maintain();
        Assert.InRange(_test.Log.StartOffset, 40, 51);
    }

    [Fact]
    public void A_reader_keeps_what_it_has_although_the_segment_goes()
    {
        Fill(50);
        using (var records = _test.Log.Read(0, 10_000, false).Records!)
        {
            _test.Log.DeleteRecords(-1, out _);
            Assert.Single(_test.Volume.Names(".log"));
            _test.ReadAll();
            var bytes = new byte[records.Length];
            records.CopyTo(bytes);
            Assert.Equal(0, Batch.Headers(bytes)[0].BaseOffset);
        }
    }

    [Fact]
    public void Without_the_policy_nothing_goes()
    {
        Fill(50);
        _test.Log.Settings = _test.Settings with { RetentionBytes = 0, Delete = false };
        _test.Log.Maintain();
        Assert.Equal(0, _test.Log.StartOffset);
    }

    [Fact]
    public void No_file_is_made_before_the_first_record()
    {
        _test.Log.Maintain();
        Assert.False(Directory.Exists(_directory));
        Fill(1);
        Assert.True(Directory.Exists(_directory));
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _test.AppendOk(Current());
        }
    }

    private Batch Current() => new() { Timestamp = _test.Time.GetUtcNow().ToUnixTimeMilliseconds() };
}
