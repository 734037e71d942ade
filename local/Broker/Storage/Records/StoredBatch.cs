namespace Millrace.Broker.Storage.Records;

/// <summary>A batch that was read as a whole, because its records have to be looked at.</summary>
internal sealed class StoredBatch
{
    private StoredBatch(in BatchHeader header, byte[] bytes, byte[] records)
    {
        Header = header;
        Bytes = bytes;
        Records = records;
    }

    public BatchHeader Header { get; }

    /// <summary>As they are stored.</summary>
    public byte[] Bytes { get; }

    /// <summary>Decompressed.</summary>
    public byte[] Records { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">Its checksum does not fit, or it cannot be decompressed, or has something else than records.</exception>
    public static StoredBatch Read(ILogFile file, long position, in BatchHeader header)
    {
        var bytes = new byte[(int)header.TotalSize];
        if (file.Read(position, bytes) < bytes.Length || !header.Fits(bytes))
        {
            throw new InvalidDataException("The checksum of a batch does not fit its bytes.");
        }

        var records = Codec.Decompress(header.Codec, bytes.AsSpan(BatchHeader.Size));
        Check(header, records);
        return new StoredBatch(header, bytes, records);
    }

    /// <summary>Reads it; null where <see cref="Read(ILogFile, long, in BatchHeader)"/> throws.</summary>
    public static StoredBatch? TryRead(ILogFile file, long position, in BatchHeader header)
    {
        try
        {
            return Read(file, position, header);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>A record's timestamp.</summary>
    public long TimestampOf(in RecordView record) => Header.HasAppendTime ? Header.MaxTimestamp : Header.BaseTimestamp + record.TimestampDelta;

    private static void Check(in BatchHeader header, byte[] bytes)
    {
        var records = new RecordReader(bytes, header.Count);
        while (records.Next())
        {
            if (records.Current.OffsetDelta > header.LastOffsetDelta)
            {
                throw new InvalidDataException("A record lies behind the end of its batch.");
            }
        }

        if (records.IsDamaged)
        {
            throw new InvalidDataException("The records of a batch are not what its header says.");
        }
    }

    /// <summary>Its records, one after the other.</summary>
    public RecordReader Read() => new(Records, Header.Count);
}
