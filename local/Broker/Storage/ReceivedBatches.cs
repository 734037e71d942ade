using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Storage;

/// <summary>What batches from a client have to be before a log looks at who sent them.</summary>
internal static class ReceivedBatches
{
    // Codecs of the format; none is 0 and zstd the last.
    private const int LastCodec = 4;

    /// <summary>Checks all of them.</summary>
    /// <param name="bytes">What was received.</param>
    /// <param name="settings">Of the partition.</param>
    /// <param name="count">How many batches there are.</param>
    /// <returns>What is wrong, with the error for it; null when nothing is.</returns>
    public static (KafkaError Error, string Message)? Check(ReadOnlySpan<byte> bytes, LogSettings settings, out int count)
    {
        count = 0;
        var idempotent = false;
        do
        {
            // The format stands at the same place in all formats, and an older one is no corruption.
            if (bytes.Length > 16 && bytes[16] < BatchHeader.Magic)
            {
                return (KafkaError.UnsupportedForMessageFormat, $"A batch has the format {bytes[16]}; the only one that is stored is {BatchHeader.Magic}.");
            }

            if (bytes.Length < BatchHeader.Size)
            {
                return (KafkaError.CorruptMessage, $"A batch has {bytes.Length} bytes, less than its header alone.");
            }

            var header = BatchHeader.Read(bytes);
            if (header.Format != BatchHeader.Magic || header.TotalSize < BatchHeader.Size || header.TotalSize > bytes.Length)
            {
                return (KafkaError.CorruptMessage, $"A batch of format {header.Format} is said to have {header.TotalSize} bytes where there are {bytes.Length}.");
            }

            if (header.TotalSize > settings.MaxMessageBytes)
            {
                return (KafkaError.MessageTooLarge, $"A batch has {header.TotalSize} bytes; the topic allows {settings.MaxMessageBytes} (max.message.bytes).");
            }

            var batch = bytes[..(int)header.TotalSize];
            if (!header.Fits(batch))
            {
                return (KafkaError.CorruptMessage, "The checksum of a batch does not fit its bytes.");
            }

            if (Refuse(header, batch, settings) is { } refusal)
            {
                return refusal;
            }

            idempotent |= header.ProducerId >= 0;
            bytes = bytes[batch.Length..];
            count++;
        }
        while (bytes.Length > 0);

        return idempotent && count > 1
            ? (KafkaError.InvalidRecord, $"There are {count} batches with a producer id for one partition; a request may have one.")
            : null;
    }

    private static (KafkaError Error, string Message)? Refuse(in BatchHeader header, ReadOnlySpan<byte> batch, LogSettings settings)
    {
        if (header.IsControl)
        {
            return (KafkaError.InvalidRecord, "A client may not write control records.");
        }

        if (header.Count <= 0 || header.Count - 1 != header.LastOffsetDelta)
        {
            return (KafkaError.InvalidRecord, $"A batch of {header.Count} records has the last offset delta {header.LastOffsetDelta}.");
        }

        if (header.Codec > LastCodec)
        {
            return (KafkaError.UnsupportedCompressionType, $"A batch is compressed with the codec {header.Codec}; the last one is {LastCodec} (zstd).");
        }

        if (header.ProducerId >= 0 ? header.ProducerEpoch < 0 || header.BaseSequence < 0 : header.IsTransactional)
        {
            return (
                KafkaError.InvalidRecord,
                $"A batch has the producer id {header.ProducerId}, the epoch {header.ProducerEpoch} and the sequence number {header.BaseSequence}, which cannot be together{(header.IsTransactional ? " in a transaction" : string.Empty)}.");
        }

        return settings.Compact && header.Codec == 0 ? RefuseWithoutKey(header, batch) : null;
    }

    private static (KafkaError Error, string Message)? RefuseWithoutKey(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        var records = new RecordReader(batch[BatchHeader.Size..], header.Count);
        while (records.Next())
        {
            if (!records.Current.HasKey)
            {
                return (KafkaError.InvalidRecord, $"The record {records.Current.OffsetDelta} of a batch has no key; a compacted topic (cleanup.policy) takes only records with one.");
            }
        }

        return records.IsDamaged ? (KafkaError.InvalidRecord, "The records of a batch are not what its header says.") : null;
    }
}
