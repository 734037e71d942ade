using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>One run of <c>millrace dev --scale</c>, on a broker that has the topics: feeds it, scales every stage, and takes all down again.</summary>
internal sealed class ScaleSession(DevOptions options, ScaleRequest request, StageCatalog catalog, KafkaOptions kafka, StreamCollector? collector)
{
    // One poll may have been on its way when the feed ended; what a stage wrote last is seen by the next one's poll after that.
    private const int PollsAtRest = 3;

    private readonly Dictionary<string, int> _polls = [];

    /// <returns>Whether everything is accounted for.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<string> settings, IAsyncEnumerable<FeedEvent> source, CancellationToken cancellation)
    {
        request.Check(catalog);
        var view = ScaleView.Create(options, request);
        var stages = new List<ScaledStage>();
        try
        {
            stages.AddRange(catalog.Stages.Select(stage => new ScaledStage(stage, catalog, request, kafka, settings, view.Note)));
            return await RunAsync(stages, view, source, cancellation);
        }
        finally
        {
            foreach (var stage in stages)
            {
                await stage.DisposeAsync();
            }
        }
    }

    private async Task<bool> RunAsync(List<ScaledStage> stages, ScaleView view, IAsyncEnumerable<FeedEvent> source, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.Timeout is { } timeout)
        {
            end.CancelAfter(timeout);
        }

        using var account = new DevAccount([], catalog, kafka, collector: null);
        await using var feeder = new Feeder(kafka, catalog, account);
        using var stop = new CancellationTokenSource();
        var scaling = Task.WhenAll(stages.Select(stage => Task.Run(() => stage.Scaler.RunAsync(stop.Token), CancellationToken.None)));
        var feed = feeder.RunAsync(source, end.Token);
        try
        {
            await view.ShowAsync(stages, account, () => feed.IsFaulted || scaling.IsFaulted || (options.UntilDrained && IsAtRest(feed, stages)), end.Token);
            await stop.CancelAsync();
            await view.WaitAsync(stages, account, scaling);
        }
        finally
        {
            // Whatever went wrong: a scaler that went on would start workers behind those who take them down.
            await stop.CancelAsync();
            await scaling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (collector is not null)
        {
            await collector.WriteAsync();
        }

        if (feed.IsFaulted)
        {
            await feed;
        }

        var lags = await Task.Run(() => stages.ToDictionary(stage => stage.Name, stage => stage.ReadLag()), CancellationToken.None);
        var drained = feed.IsCompletedSuccessfully && lags.Values.All(lag => lag == 0);
        var complete = account.NotFed == 0 && stages.TrueForAll(stage => stage.Total.In == stage.Total.Settled) && (!options.UntilDrained || drained || cancellation.IsCancellationRequested);
        await ScaleSummary.WriteAsync(new ScaleOutcome(stages, lags, account, drained, complete), options);
        return complete;
    }

    // Counted from the first look after the feed has ended: what it wrote last may not have been measured before.
    private bool IsAtRest(Task feed, List<ScaledStage> stages) => feed.IsCompletedSuccessfully && stages.Count(IsAtRest) == stages.Count;

    private bool IsAtRest(ScaledStage stage)
    {
        var polls = stage.Scaler.PollsAtRest;
        if (!_polls.TryGetValue(stage.Name, out var before) || polls < before)
        {
            _polls[stage.Name] = before = _polls.ContainsKey(stage.Name) ? 0 : polls;
        }

        return polls - before >= PollsAtRest;
    }
}
