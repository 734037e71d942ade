using Millrace.Core;

namespace Millrace.Local;

/// <summary>Stages run in datacenters that there are.</summary>
internal sealed class DatacenterCheck : ILintCheck
{
    public string Name => "datacenter";

    public string Demand => "datacenters.active is in infra/datacenters.json; no key says what its mode does not read";

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
        }
    }
}
