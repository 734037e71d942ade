using Millrace.Core;

namespace Millrace.Local;

/// <summary>Stages run in datacenters that there are, and find their topics where they take over.</summary>
internal sealed class DatacenterCheck : ILintCheck
{
    public string Name => "datacenter";

    public string Demand => "datacenters.active is in infra/datacenters.json; no key says what its mode does not read; who takes over has the same topics";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        if (subject.Datacenters is not { } datacenters)
        {
            yield return new LintFinding(RepositoryRoot.Datacenters, "", $"{subject.DatacenterProblem} Correct the file.");
            yield break;
        }

        foreach (var stage in subject.Stages)
        {
            var (mode, active) = (stage.Datacenters.Mode, stage.Datacenters.Active);
            var names = string.Join(", ", datacenters.Datacenters.Select(datacenter => datacenter.Name));
            if (active is not null && datacenters.Datacenters.All(datacenter => datacenter.Name != active))
            {
                yield return subject.AtStage(stage.Name, "datacenters.active", $"There is no datacenter '{active}'. Name one of {RepositoryRoot.Datacenters}: {names}.");
            }

            if (active is not null && mode == DatacenterMode.ActiveActive)
            {
                yield return subject.AtStage(stage.Name, "datacenters.active", "The mode is active-active: the stage runs in each datacenter, and nobody reads 'active'. Remove it, or choose another mode.");
            }

            if (stage.Datacenters.Compute == ComputeMode.InEach && mode != DatacenterMode.ActiveActive)
            {
                yield return subject.AtStage(stage.Name, "datacenters.compute", "compute is 'double', which only the mode active-active reads. Remove it, or choose that mode.");
            }

            if (mode == DatacenterMode.ActivePassive && datacenters.Datacenters.Count == 1)
            {
                yield return subject.AtStage(stage.Name, "datacenters.mode", $"The mode is active-passive, and {names} is the only datacenter: none can take over. Add one to {RepositoryRoot.Datacenters}, or choose single.");
            }

            if (mode == DatacenterMode.ActivePassive && NotMirrored(stage, datacenters) is { Count: > 0 } streams)
            {
                yield return subject.AtStage(stage.Name, "datacenters.mode",
                    $"The mode is active-passive between the clusters {string.Join(", ", Clusters(datacenters))}, and {string.Join(", ", streams)} {(streams.Count == 1 ? "has" : "have")} no topic of each datacenter: mirrors copy only topics with a datacenter's prefix, so who takes over would find none of the events. " +
                    $"Give {(streams.Count == 1 ? "it" : "them")} topic_prefixes with {string.Join(" and ", datacenters.Datacenters.Select(datacenter => $"'{datacenter.Name}.'"))}, let the datacenters name one kafkaCluster if they share it, or choose single.");
            }
        }
    }

    private static List<string> Clusters(DatacenterCatalog datacenters) => [.. datacenters.Datacenters.Select(datacenter => datacenter.KafkaCluster).Distinct()];

    // What fails stays in the cluster where it failed: nobody who takes over reads it.
    private static List<string> NotMirrored(StageDefinition stage, DatacenterCatalog datacenters) => Clusters(datacenters).Count == 1 ? [] :
    [
        .. stage.Inputs.Concat(stage.Outputs.Select(output => output.Stream))
            .Where(stream => datacenters.Datacenters.Any(datacenter => !stream.Topics.Any(topic => topic.StartsWith($"{datacenter.Name}.", StringComparison.Ordinal))))
            .Select(stream => stream.Name),
    ];
}
