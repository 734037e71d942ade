using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class FlushTests
{
    private readonly FaultyVolume _volume = new(new MemoryVolume());

    [Fact]
    public void Always_is_before_each_acknowledgement()
    {
        using var test = new TestLog(new LogSettings { FlushEvery = TimeSpan.Zero }, _volume);
        test.AppendOk(new Batch());
        Assert.Equal(1, _volume.Flushes);
        test.AppendOk(new Batch());
        Assert.Equal(2, _volume.Flushes);
    }

    [Fact]
    public void What_could_not_be_forced_to_the_storage_is_not_there()
    {
        using var test = new TestLog(new LogSettings { FlushEvery = TimeSpan.Zero }, _volume);
        test.AppendOk(new Batch());
        _volume.FlushFails = true;
        Assert.Equal(KafkaError.KafkaStorageError, test.Append(new Batch()));
        _volume.FlushFails = false;
        test.Crash();
        Assert.Equal(1, test.Log.EndOffset);
    }

    [Fact]
    public void An_interval_is_kept_by_maintenance()
    {
        using var test = new TestLog(new LogSettings { FlushEvery = TimeSpan.FromSeconds(1), RetentionTime = null }, _volume);
        test.AppendOk(new Batch());
        test.Log.Maintain();
        Assert.Equal(0, _volume.Flushes);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Log.Maintain();
        Assert.Equal(1, _volume.Flushes);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Log.Maintain();
        Assert.Equal(1, _volume.Flushes);
    }

    [Fact]
    public void Never_is_only_when_it_is_asked_for()
    {
        using var test = new TestLog(new LogSettings { SegmentBytes = 100, RetentionTime = null }, _volume);
        test.AppendOk(new Batch());
        test.AppendOk(new Batch());
        test.Time.Advance(TimeSpan.FromDays(1));
        test.Log.Maintain();
        Assert.Equal(0, _volume.Flushes);
        test.Log.Flush();
        Assert.Equal(1, _volume.Flushes);
    }
}
