using System.Globalization;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The words for what a rewind means.</summary>
internal static class RewindText
{
    /// <summary>What will be done, partition by partition, and what comes of it.</summary>
    public static void Write(TextWriter output, Platform platform, RewindPlan plan)
    {
        output.WriteLine($"Stage {plan.Stage.Name}, Kafka at {platform.Kafka.BootstrapServers}{(platform.Datacenter is { } datacenter ? $", {datacenter}" : "")}");
        Report.Columns(output,
        [
            ["partition", "is at", "goes to", "again", "skipped", "since"],
            .. plan.Partitions.Select(partition => new[]
            {
                partition.Partition.ToString(), Number(partition.Checkpoint), Number(partition.To), StatusText.Count(partition.Again), StatusText.Count(partition.Skipped),
                partition.Since is { } since ? Iso8601.Format(since) : "-",
            }),
        ]);
        if (plan.Again > 0)
        {
            output.WriteLine($"Up to {StatusText.Count(plan.Again)} events are worked on again. {Meaning(plan.Stage)}");
        }

        if (plan.Skipped > 0)
        {
            output.WriteLine($"UP TO {StatusText.Count(plan.Skipped)} EVENTS ARE NEVER WORKED ON: what stands from \"is at\" up to \"goes to\" is passed over, and no error event tells of it.");
        }
    }

    /// <summary>How a stage that runs is stopped.</summary>
    public static string Running(Platform platform, RewindPlan plan) =>
        $"Stage {plan.Stage.Name} runs: its group has {Report.Count(plan.Members, "member")}. Stop it first: "
        + (platform.Datacenter is { } datacenter
            ? $"--pause does so in {datacenter} for as long as this takes"
            : $"end `millrace dev` (Ctrl+C) and give this command its --data; in a cluster, `kubectl annotate scaledobject {KubernetesName.Of(plan.Stage.Name)} {ScaledObjectManifest.Paused}=0`, and take that back afterwards")
        + ". A worker that was killed is a member until its session times out.";

    private static string Meaning(StageDefinition stage) => stage.Connector switch
    {
        "postgres" => "Rows with a meta.id that is in the table do not enter it again (settings.duplicates); to fill it anew, empty it first. Error events come again, with the same ids.",
        "http" => "They are posted again, with the same meta.id; error events come again, with the same ids.",
        _ => "What becomes of them is written again, with the same meta.id, by which consumers tell repetitions; error events come again, with the same ids.",
    };

    private static string Number(long offset) => offset.ToString(CultureInfo.InvariantCulture);
}
