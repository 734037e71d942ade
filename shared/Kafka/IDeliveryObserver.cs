namespace Millrace.Kafka;

/// <summary>Who is told what became of records.</summary>
/// <remarks>Called from the client's own threads, once for each record: return at once, and throw nothing.</remarks>
public interface IDeliveryObserver
{
    /// <summary>Tells of one record.</summary>
    /// <param name="index">The number that it was sent with.</param>
    /// <param name="delivery">What became of it.</param>
    /// <param name="reason">Why it is not stored, in the client's words; null where it is.</param>
    void Delivered(int index, RecordDelivery delivery, string? reason);
}
