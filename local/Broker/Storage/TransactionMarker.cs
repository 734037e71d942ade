using System.Buffers.Binary;

namespace Millrace.Broker.Storage;

/// <summary>The batch that ends a producer's transaction in a partition.</summary>
internal static class TransactionMarker
{
    /// <summary>In bytes.</summary>
    public const int Size = BatchHeader.Size + RecordSize;

    private const int RecordSize = 17;

    // Length, attributes, time delta, offset delta and key length are a byte each, as is the length of the value;
    // lengths are zigzag varints.
    private const int KeyStart = BatchHeader.Size + 5;

    private const short Abort = 0;
    private const short Commit = 1;

    /// <summary>Writes one.</summary>
    /// <param name="target"><see cref="Size"/> bytes.</param>
    /// <param name="offset">Where it stands in the log.</param>
    /// <param name="timestamp">Its time.</param>
    /// <param name="producerId">Whose transaction ends.</param>
    /// <param name="producerEpoch">The epoch from which the producer goes on.</param>
    /// <param name="committed">How it ends.</param>
    public static void Write(Span<byte> target, long offset, long timestamp, long producerId, short producerEpoch, bool committed)
    {
        target.Clear();
        var record = target[BatchHeader.Size..];
        record[0] = (RecordSize - 1) << 1;
        record[4] = 4 << 1;
        BinaryPrimitives.WriteInt16BigEndian(target[(KeyStart + 2)..], committed ? Commit : Abort);
        record[9] = 6 << 1;

        // The last byte is the count of headers, and the value all zero: version 0, coordinator's epoch 0.
        const int noSequence = -1;
        BatchHeader.Write(
            target,
            BatchHeader.MarkerAttributes,
            new BatchFields(offset, 0, timestamp, timestamp, producerId, producerEpoch, noSequence),
            count: 1);
    }

    /// <summary>How the transaction ended; null when the batch is no such marker.</summary>
    public static bool? IsCommit(ReadOnlySpan<byte> batch) =>
        batch.Length < KeyStart + 4 ? null : BinaryPrimitives.ReadInt16BigEndian(batch[(KeyStart + 2)..]) switch
        {
            Abort => false,
            Commit => true,
            _ => null,
        };
}
