namespace Millrace.Broker.Storage.Records;

/// <summary>A record within a batch, as a part of its bytes.</summary>
internal readonly ref struct RecordView
{
    /// <summary>Less the batch's base offset.</summary>
    public required int OffsetDelta { get; init; }

    /// <summary>Less the batch's base timestamp, in milliseconds.</summary>
    public required long TimestampDelta { get; init; }

    /// <summary>False when the key is null; an empty one is one.</summary>
    public required bool HasKey { get; init; }

    /// <summary>Empty when there is none.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>False when the value is null: the record deletes its key.</summary>
    public required bool HasValue { get; init; }

    /// <summary>All of the record, from its length on.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }
}
