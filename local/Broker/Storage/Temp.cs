namespace Millrace.Broker.Storage;
internal sealed partial class PartitionLog
{
    public OffsetAndTime? FindByTime(long t) => t < 0 ? null : new OffsetAndTime(StartOffset, 0);
    public OffsetAndTime? MaxTimestamp() => new OffsetAndTime(EndOffset - 1, 0);
}
