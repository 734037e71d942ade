using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Moves one stage to a datacenter: pauses it elsewhere, waits, carries its checkpoint over, resumes it there, and looks whether its lag falls.</summary>
/// <remarks>
/// What is done already is left as it is, so that running it again completes what was interrupted. Before anything is changed,
/// the target must answer. The old side need not: then its successor goes on without it. On a shared cluster who is replaced is
/// fenced; on mirrored ones it can repeat what its successor does, with the same <c>meta.id</c>, until it is paused.
/// </remarks>
internal sealed class StageFailover(StageDefinition stage, IDatacenter target, IReadOnlyList<IDatacenter> others, FailoverOptions options, FailoverLog log, TimeProvider time)
{
    private string To => target.Definition.Name;

    private string Mode => stage.Datacenters.Mode switch
    {
        DatacenterMode.ActivePassive => "active-passive",
        DatacenterMode.ActiveActive => "active-active",
        _ => "single",
    };

    /// <summary>Does it; what is left over stands in the log.</summary>
    /// <exception cref="FailoverException">It cannot be done. Nothing was changed, unless the log has a step.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Check();
        using var cluster = new ClusterOffsets(target.Definition, options.Kafka(target.Definition));
        var watch = new LagWatch(stage, target.Definition, options, log, time);
        var goal = await target.ReadAsync(stage.Name, cancellation);
        var partitions = await Task.Run(() => cluster.Partitions(stage.TopicsToRead(To)), cancellation);
        log.Say(stage.Name, To, $"{Mode}; answers: {Describe(goal)}");
        var waiting = new List<IDatacenter>();
        foreach (var other in others)
        {
            if (await PauseAsync(other, cancellation))
            {
                waiting.Add(other);
            }
        }

        foreach (var other in waiting)
        {
            await DrainAsync(other, cancellation);
        }

        if (goal.IsPaused)
        {
            await CarryAsync(cluster, partitions, cancellation);
            var lag = options.DryRun ? null : await watch.ReadAsync(cancellation);
            await ActAsync(To, "resume", "resumed", () => target.ResumeAsync(stage.Name, cancellation));
            await watch.VerifyAsync(lag, cancellation);
        }
        else
        {
            log.Say(stage.Name, To, "runs there already: nothing to carry over, nothing to resume");
            await watch.VerifyAsync(null, cancellation);
        }

        if (stage.Datacenters is { Mode: DatacenterMode.ActivePassive, Active: { } active } && active != To)
        {
            log.Say(stage.Name, To, $"note that the catalog has '{active}' active: set datacenters.active to '{To}', or the next deployment moves it back");
        }
    }

    private void Check()
    {
        if (stage.Datacenters.Mode == DatacenterMode.OnlyOne)
        {
            throw new FailoverException($"Stage {stage.Name} is 'single': no other datacenter has it ready. Set its datacenters.active to '{To}' in the catalog, or make it active-passive, and deploy.");
        }

        if (stage.Datacenters is { Mode: DatacenterMode.ActiveActive, Compute: ComputeMode.InEach } && others.FirstOrDefault(IsShared) is { } shared)
        {
            throw new FailoverException($"Stage {stage.Name} computes in each datacenter, and {To} and {shared.Definition.Name} share the cluster {target.Definition.KafkaCluster}: there they are one consumer group, and each event is worked on in one of them only. Make it active-active with compute single, or active-passive.");
        }
    }

    /// <returns>Whether there is anybody to be waited for.</returns>
    private async Task<bool> PauseAsync(IDatacenter other, CancellationToken cancellation)
    {
        var from = other.Definition.Name;
        try
        {
            var state = await other.ReadAsync(stage.Name, cancellation);
            if (state.IsPaused)
            {
                log.Say(stage.Name, from, $"is paused already: {Replicas(state.Replicas)}");
            }
            else
            {
                await ActAsync(from, "pause", $"paused: {Replicas(state.Replicas)} to end", () => other.PauseAsync(stage.Name, cancellation));
            }

            return state.Replicas > 0;
        }
        catch (UnreachableException silent)
        {
            log.Leave(stage.Name, from, $"could not be paused, run this again when it answers. {Guard(other)} ({silent.Message})");
            return false;
        }
    }

    private async Task DrainAsync(IDatacenter other, CancellationToken cancellation)
    {
        if (options.DryRun)
        {
            log.Say(stage.Name, other.Definition.Name, $"would wait until it has no replica, at most {options.DrainTime}");
            return;
        }

        var started = time.GetTimestamp();
        var last = new StageState(true, -1);
        while (time.GetElapsedTime(started) < options.DrainTime)
        {
            try
            {
                last = await other.ReadAsync(stage.Name, cancellation);
            }
            catch (UnreachableException silent)
            {
                log.Leave(stage.Name, other.Definition.Name, $"stopped answering while it drained. {Guard(other)} ({silent.Message})");
                return;
            }

            if (last.Replicas == 0)
            {
                log.Say(stage.Name, other.Definition.Name, "drained: no replica is left");
                return;
            }

            await Task.Delay(options.Poll, time, cancellation);
        }

        log.Say(stage.Name, other.Definition.Name, $"has {Replicas(last.Replicas)} after {options.DrainTime}, and is not waited for any longer. {Guard(other)}");
    }

    private string Guard(IDatacenter other)
    {
        var from = other.Definition.Name;
        return stage.Datacenters.Mode == DatacenterMode.ActiveActive ? $"What it still does is its own topics' part."
            : !IsShared(other) ? $"What {from} settles from now on is settled in {To}, too: repetitions in its topics with the same meta.id."
            : stage.Options.Delivery == Delivery.ExactlyOnce ? $"It shares the cluster {target.Definition.KafkaCluster}, and is fenced there: nothing is repeated."
            : $"It shares the cluster {target.Definition.KafkaCluster}, but the stage delivers at least once: what it still writes is repeated in {To}, with the same meta.id.";
    }

    private async Task CarryAsync(ClusterOffsets cluster, IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation)
    {
        var mirrored = others.Where(other => !IsShared(other)).ToList();
        if (stage.Datacenters.Mode == DatacenterMode.ActiveActive)
        {
            log.Say(stage.Name, To, stage.Datacenters.Compute == ComputeMode.Once
                ? $"nothing to carry over: it reads {To}'s topics only. What elsewhere is taken and not settled waits there"
                : "nothing to carry over: it computes all events itself");
            return;
        }

        if (mirrored.Count == 0)
        {
            log.Say(stage.Name, To, $"nothing to carry over: the cluster {target.Definition.KafkaCluster} is shared, and so is the checkpoint");
            return;
        }

        if (stage.Inputs.FirstOrDefault(input => input.Topics.Count == 1) is { } single)
        {
            log.Say(stage.Name, To, $"note that stream '{single.Name}' has one topic, {single.Topics[0]}, for all datacenters: a mirror of prefixed topics does not bring it here");
        }

        var times = new List<IReadOnlyDictionary<TopicPartition, long>>();
        foreach (var other in mirrored)
        {
            times.Add(await TimesAsync(other, cluster, partitions, cancellation));
        }

        var carrier = new CheckpointCarrier(stage, cluster, options.Overlap);
        var points = await Task.Run(() => carrier.Plan(partitions, times), cancellation);
        await ActAsync(
            To, $"carry the checkpoint of {partitions.Count} partitions over",
            $"checkpoint of {partitions.Count} partitions carried over by time, {options.Overlap} before the last settled event: about {points.Sum(point => point.Again)} events are worked on again, with the same meta.id",
            () => Task.Run(() => SetAsync(carrier, points, cancellation), cancellation));
    }

    // A group whose last member did not say goodbye has it until its session times out, and takes no orders meanwhile.
    private async Task SetAsync(CheckpointCarrier carrier, IReadOnlyList<ResumePoint> points, CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                carrier.Set(points);
                return;
            }
            catch (UnreachableException refusal) when (time.GetElapsedTime(started) < options.DrainTime && refusal.InnerException is KafkaException)
            {
                await Task.Delay(options.Poll, time, cancellation);
            }
        }
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>> TimesAsync(IDatacenter other, ClusterOffsets cluster, IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation)
    {
        var from = other.Definition;
        if (options.Since is { } since)
        {
            log.Say(stage.Name, from.Name, $"taken to have settled everything until {since:O}, as --since says");
            return partitions.ToDictionary(partition => partition, _ => since.ToUnixTimeMilliseconds());
        }

        try
        {
            using var source = new ClusterOffsets(from, options.Kafka(from));
            var times = await Task.Run(() => Progress.Times(source, stage, source.Partitions(partitions.Select(partition => partition.Topic).Distinct())), cancellation);
            log.Say(stage.Name, from.Name, times.Count == 0 ? "has settled nothing" : $"has settled events until {Show(times.Values.Max())}");
            return times;
        }
        catch (UnreachableException silent)
        {
            var times = await Task.Run(() => cluster.Committed(Progress.TimesGroup(stage, from.Name), partitions), cancellation);
            if (times.Count == 0)
            {
                throw new FailoverException($"Nobody knows how far {stage.Name} has come in {from.Name}: {silent.Message} Nor does {To} have the group {Progress.TimesGroup(stage, from.Name)}. Say it with --since: a time until which all was settled there.", silent);
            }

            log.Say(stage.Name, from.Name, $"has settled events until {Show(times.Values.Max())} or later, as {To} was last told; its Kafka does not answer");
            return times;
        }
    }

    private async Task ActAsync(string datacenter, string plan, string done, Func<Task> act)
    {
        if (options.DryRun)
        {
            log.Say(stage.Name, datacenter, $"would {plan}");
            return;
        }

        await act();
        log.Say(stage.Name, datacenter, done);
    }

    private bool IsShared(IDatacenter other) => other.Definition.KafkaCluster == target.Definition.KafkaCluster;

    private static string Describe(StageState state) => state.IsPaused ? $"it is paused, with {Replicas(state.Replicas)}" : $"it may run, and has {Replicas(state.Replicas)}";

    private static string Replicas(int count) => count switch { 0 => "no replica", 1 => "1 replica", < 0 => "replicas", _ => $"{count} replicas" };

    private static string Show(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
