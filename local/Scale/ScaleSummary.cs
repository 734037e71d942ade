using System.Globalization;

namespace Millrace.Local;

/// <summary>What is said at the end of a scaled run.</summary>
internal static class ScaleSummary
{
    public static async Task WriteAsync(ScaleOutcome outcome, DevOptions options)
    {
        if (options.Json)
        {
            WriteJson(outcome);
            return;
        }

        foreach (var stage in outcome.Stages)
        {
            var (total, last) = (stage.Total, stage.Scaler.State);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{stage.Name}: in {total.In} = emitted {total.Emitted} + filtered {total.Filtered} + failed {total.Failed}; lag {outcome.Lags[stage.Name]}, at most {stage.Scaler.PeakLag}"));
            await Console.Out.WriteLineAsync($"  replicas over time: {string.Join(" → ", Steps(stage))}; {stage.Scaler.Started} workers started{(last.Died > 0 ? $", {last.Died} died" : "")}{(last.Killed > 0 ? $", {last.Killed} killed since they did not drain" : "")}");
        }

        if (outcome.Stages.Any(stage => stage.Scaler.Started > 1))
        {
            await Console.Out.WriteLineAsync("Events whose partition went to another worker while they were under way are counted by both; their outcomes are there once.");
        }

        if (options.Output is { } directory)
        {
            await Console.Out.WriteLineAsync($"Output and error streams are in {Path.GetFullPath(directory)}.");
        }

        if (options.UntilDrained && !outcome.IsDrained)
        {
            await ExplainAsync(outcome);
        }

        if (outcome.Feed.NotFed > 0)
        {
            await Console.Error.WriteLineAsync($"{outcome.Feed.NotFed} events were too large to be fed.");
        }
    }

    private static async Task ExplainAsync(ScaleOutcome outcome)
    {
        await Console.Error.WriteLineAsync("The stages had not caught up.");
        foreach (var stage in outcome.Stages.Where(stage => outcome.Lags[stage.Name] > 0 && stage.Scaler.State.Replicas == 0))
        {
            await Console.Error.WriteLineAsync($"{stage.Name}: {outcome.Lags[stage.Name]} events wait for a replica, which starts beyond activationLagThreshold.");
        }
    }

    private static void WriteJson(ScaleOutcome outcome) => Report.Json(Console.Out, new
    {
        Fed = outcome.Feed.FedInAll,
        outcome.Feed.NotFed,
        Drained = outcome.IsDrained,
        Complete = outcome.IsComplete,
        Stages = outcome.Stages.Select(stage => new
        {
            Stage = stage.Name,
            stage.Total.In,
            stage.Total.Emitted,
            stage.Total.Filtered,
            stage.Total.Failed,
            Lag = outcome.Lags[stage.Name],
            stage.Scaler.PeakLag,
            WorkersStarted = stage.Scaler.Started,
            WorkersDied = stage.Scaler.State.Died,
            WorkersKilled = stage.Scaler.State.Killed,
            History = stage.Scaler.History,
        }),
    });

    private static IEnumerable<string> Steps(ScaledStage stage)
    {
        var before = -1;
        foreach (var moment in stage.Scaler.History)
        {
            if (moment.Replicas != before)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{moment.Replicas} ({moment.Seconds:0} s)");
            }

            before = moment.Replicas;
        }
    }
}
