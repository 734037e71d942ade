using Confluent.Kafka;

namespace Millrace.Kafka;

/// <summary>How long one try at a partition's transaction may take, in calls that are short enough for a host that stops.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan length, CancellationToken cancellation)
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly long _started = time.GetTimestamp();

    private TimeSpan Left => length - time.GetElapsedTime(_started);

    /// <summary>Calls again while the library says that it may be: what timed out goes on where it was.</summary>
    /// <exception cref="KafkaException">The call failed for good, or there is no time left.</exception>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public void Call(Action<TimeSpan> call, Func<KafkaException, bool>? mayRepeat = null)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                call(Left < Slice ? TimeSpan.FromTicks(Math.Max(Left.Ticks, TimeSpan.TicksPerMillisecond)) : Slice);
                return;
            }
            catch (KafkaException failure) when (Left > Pause && (failure is KafkaRetriableException || mayRepeat?.Invoke(failure) == true))
            {
                cancellation.WaitHandle.WaitOne(Pause);
            }
        }
    }

    /// <summary>Throws when time is up, or the host stops.</summary>
    public void Check()
    {
        cancellation.ThrowIfCancellationRequested();
        if (Left <= TimeSpan.Zero)
        {
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"The brokers did not take the outputs within {length}"));
        }
    }
}
