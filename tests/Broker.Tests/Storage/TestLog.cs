using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

/// <summary>A log on a volume that outlives it.</summary>
internal sealed class TestLog : IDisposable
{
    public TestLog(LogSettings? settings = null, ILogVolume? volume = null)
    {
        Settings = settings ?? new LogSettings();
        Volume = volume ?? new MemoryVolume();
        Log = Open();
    }

    public LogSettings Settings { get; set; }

    public ILogVolume Volume { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(365));

    public PartitionLog Log { get; private set; }

    public KafkaError Append(Batch batch) => Log.Append(batch.ToBytes()).Error;

    public long AppendOk(Batch batch, Func<byte[], byte[]>? compress = null)
    {
        var result = Log.Append(batch.ToBytes(compress));
        Assert.Equal((KafkaError.None, null), (result.Error, result.Message));
        return result.BaseOffset;
    }

    /// <summary>As after the end of a process.</summary>
    public void Crash() => Log = Open();

    public void Reopen()
    {
        Log.Dispose();
        Log = Open();
    }

    /// <summary>All batches from an offset on, in as many reads as it takes.</summary>
    public List<BatchHeader> ReadAll(long? from = null, int maxBytes = 1000, bool committedOnly = false)
    {
        var found = new List<BatchHeader>();
        for (var offset = from ?? Log.StartOffset; ;)
        {
            var read = Log.Read(offset, maxBytes, committedOnly);
            Assert.Equal(KafkaError.None, read.Error);
            using var records = read.Records;
            if (records is null)
            {
                return found;
            }

            var bytes = new byte[records.Length];
            records.CopyTo(bytes);
            found.AddRange(Batch.Headers(bytes));
            offset = found[^1].LastOffset + 1;
        }
    }

    public void Dispose() => Log.Dispose();

    private PartitionLog Open() => PartitionLog.Open(Volume, Settings, Time, NullLogger.Instance);
}
