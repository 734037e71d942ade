using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>Runs one function from the host's start to its stop, with as many consumers after one another as that takes.</summary>
/// <remarks>The real trigger goes silent when its consumer dies. This one starts another, after pauses that grow up to half a minute.</remarks>
internal sealed partial class KafkaListener(
    FunctionMethod function, string topic, ConsumerConfig config, KafkaOptions options, FunctionInvoker invoker, FunctionStatus status, TimeProvider time, ILogger logger)
    : IFunctionListener
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts the first consumer; the client's refusal of the configuration is thrown.</summary>
    public Task StartAsync(CancellationToken cancellation)
    {
        KafkaSubscription first;
        try
        {
            first = Subscribe();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new FunctionsHostException($"Function '{function.Name}': the Kafka client refuses its configuration: {error.Message}", error);
        }

        _running = Task.Run(() => RunAsync(first), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Cancels the batch that runs and leaves the group; a function that does not heed its token is abandoned when patience ends.</summary>
    public async Task StopAsync(CancellationToken patience)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abandoned(logger, function.Name);
        }

        status.Stop();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private KafkaSubscription Subscribe() => new(function.Name, topic, config, options, status, time, logger);

    private BatchRunner Runner(Action<TopicPartitionOffset> store) => new(function, invoker, options, store, status, logger);

    private async Task RunAsync(KafkaSubscription? subscription)
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            var batches = status.Batches;
            try
            {
                subscription ??= Subscribe();
                await subscription.RunAsync(Runner, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                pause = status.Batches > batches ? FirstPause : pause;
                status.Fail(error);
                Restarting(logger, error, function.Name, pause);
            }
            finally
            {
                subscription?.Dispose();
                subscription = null;
            }

            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
