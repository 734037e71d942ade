namespace Millrace.Broker.Storage;

/// <summary>The fields of a batch's header that say what the batch is, whatever its records are.</summary>
internal readonly record struct BatchFields(
    long BaseOffset,
    int LastOffsetDelta,
    long BaseTimestamp,
    long MaxTimestamp,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence)
{
    /// <summary>Those of a batch that is there.</summary>
    public static BatchFields Of(in BatchHeader header) => new(
        header.BaseOffset,
        header.LastOffsetDelta,
        header.BaseTimestamp,
        header.MaxTimestamp,
        header.ProducerId,
        header.ProducerEpoch,
        header.BaseSequence);
}
