using System.Buffers.Binary;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class ReceivedBatchesTests
{
    private static readonly LogSettings Settings = new() { MaxMessageBytes = 200 };

    [Fact]
    public void A_flipped_bit_anywhere_is_refused()
    {
        var good = new Batch { Count = 2 }.ToBytes();
        for (var position = 8; position < good.Length; position++)
        {
            if (position is >= 12 and < 16)
            {
                continue; // The epoch of leadership, which the log sets.
            }

            var bad = good.ToArray();
            bad[position] ^= 0x20;
            Assert.True(ReceivedBatches.Check(bad, Settings, out _) is not null, $"byte {position}");
        }
    }

    [Fact]
    public void A_batch_that_is_cut_anywhere_is_refused()
    {
        var good = new Batch { Count = 2 }.ToBytes();
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Equal(KafkaError.CorruptMessage, ReceivedBatches.Check(good.AsSpan(0, length), Settings, out _)?.Error);
        }
    }

    [Fact]
    public void A_batch_that_is_too_large_is_refused_with_both_sizes()
    {
        var refusal = ReceivedBatches.Check(new Batch { Value = new string('x', 200) }.ToBytes(), Settings, out _);
        Assert.Equal(KafkaError.MessageTooLarge, refusal?.Error);
        Assert.Contains("the topic allows 200", refusal?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_older_format_is_not_supported(byte format)
    {
        var bytes = new Batch().ToBytes();
        bytes[16] = format;
        Assert.Equal(KafkaError.UnsupportedForMessageFormat, ReceivedBatches.Check(bytes, Settings, out _)?.Error);
    }

    [Theory]
    [InlineData(0x20, 2, 1, -1, KafkaError.InvalidRecord)] // a control batch
    [InlineData(0, 3, 1, -1, KafkaError.InvalidRecord)] // more records than offsets
    [InlineData(0, 0, -1, -1, KafkaError.InvalidRecord)] // no records
    [InlineData(5, 2, 1, -1, KafkaError.UnsupportedCompressionType)]
    [InlineData(0x10, 2, 1, -1, KafkaError.InvalidRecord)] // in a transaction of nobody
    [InlineData(0, 2, 1, 7, KafkaError.InvalidRecord)] // a producer without epoch
    public void Fields_that_cannot_be_are_refused(short attributes, int count, int lastOffsetDelta, long producerId, KafkaError expected)
    {
        var bytes = new Batch { Count = 2 }.ToBytes();
        BatchHeader.Write(bytes, attributes, new BatchFields(0, lastOffsetDelta, 0, 0, producerId, -1, -1), count);
        Assert.Equal(expected, ReceivedBatches.Check(bytes, Settings, out _)?.Error);
    }

    [Fact]
    public void Several_batches_of_an_idempotent_producer_are_refused()
    {
        byte[] both = [.. Batch.By(7, 0).ToBytes(), .. Batch.By(7, 1).ToBytes()];
        Assert.Equal(KafkaError.InvalidRecord, ReceivedBatches.Check(both, Settings, out var count)?.Error);
        Assert.Equal(2, count);
    }

    [Fact]
    public void A_batch_is_given_its_place()
    {
        var bytes = new Batch().ToBytes();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), 99);
        BatchHeader.Place(bytes, 1234);
        Assert.Equal((1234L, 0), (BatchHeader.Read(bytes).BaseOffset, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(12))));
    }
}
