using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Looks whether a stage's lag falls in the datacenter that it was moved to.</summary>
internal sealed class LagWatch(StageDefinition stage, DatacenterDefinition target, FailoverOptions options, FailoverLog log, TimeProvider time)
{
    private string To => target.Name;

    /// <summary>Waits until the lag falls, or says that it does not.</summary>
    /// <param name="before">The lag before the stage began there; null where it is not known.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task VerifyAsync(long? before, CancellationToken cancellation)
    {
        if (options.DryRun)
        {
            log.Say(stage.Name, To, "would look whether its lag falls");
            return;
        }

        var (started, highest, now) = (time.GetTimestamp(), before, before);
        while (true)
        {
            now = await ReadAsync(cancellation);
            if (now is 0 || now < highest)
            {
                log.Say(stage.Name, To, now is 0 ? "has no lag" : $"its lag falls: {highest:N0}, then {now:N0}");
                return;
            }

            // While events keep coming, the lag first grows: it has to fall from its highest.
            highest = now > highest ? now : highest ?? now;
            if (time.GetElapsedTime(started) >= options.VerifyTime)
            {
                break;
            }

            await Task.Delay(options.Poll, time, cancellation);
        }

        log.Leave(stage.Name, To, now is null
            ? $"its lag could not be read for {options.VerifyTime}: look at its cluster"
            : $"its lag is {now:N0} and has not fallen for {options.VerifyTime}: look at its replicas and their log");
    }

    /// <summary>The lag of all partitions; null where the brokers do not say, which is no reason to stop half way.</summary>
    public Task<long?> ReadAsync(CancellationToken cancellation) => Task.Run(() =>
    {
        try
        {
            using var lag = new LagReader(options.Kafka(target), Progress.TriggerGroup(stage), stage.TopicsToRead(To), stage.ReplayTopic);
            return lag.Read().Values.Sum();
        }
        catch (KafkaException)
        {
            return (long?)null;
        }
    }, cancellation);
}
