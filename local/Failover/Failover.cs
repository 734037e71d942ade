using Millrace.Core;

namespace Millrace.Local;

/// <summary>A fail-over of one stage or of all, one after another, upstream first.</summary>
internal sealed class Failover(StageCatalog catalog, IReadOnlyList<IDatacenter> datacenters, FailoverOptions options, FailoverLog log, TimeProvider time)
{
    /// <summary>As a target: run wherever the catalog has it run, which is for stages that are active in each datacenter.</summary>
    public const string Everywhere = "all";

    /// <summary>Moves a stage, or all of those that can be moved.</summary>
    /// <param name="stage">The stage; null is all.</param>
    /// <param name="to">The datacenter, or <see cref="Everywhere"/>.</param>
    /// <param name="cancellation">Ends it where it is; running it again completes it.</param>
    /// <exception cref="FailoverException">It cannot be begun, or go on.</exception>
    public async Task RunAsync(string? stage, string to, CancellationToken cancellation)
    {
        foreach (var definition in stage is null ? catalog.Stages : [catalog.Get(stage)])
        {
            if (to == Everywhere)
            {
                await ResumeEverywhereAsync(definition, isOnlyOne: stage is not null, cancellation);
            }
            else if (stage is null && definition.Datacenters.Mode == DatacenterMode.OnlyOne)
            {
                log.Say(definition.Name, definition.Datacenters.Active ?? datacenters[0].Definition.Name, "is 'single', and stays where it is: no other datacenter has it ready");
            }
            else
            {
                var target = datacenters.First(datacenter => datacenter.Definition.Name == to);
                await new StageFailover(definition, target, [.. datacenters.Where(datacenter => datacenter != target)], options, log, time).RunAsync(cancellation);
            }
        }
    }

    private async Task ResumeEverywhereAsync(StageDefinition stage, bool isOnlyOne, CancellationToken cancellation)
    {
        if (stage.Datacenters.Mode != DatacenterMode.ActiveActive)
        {
            var refusal = $"runs in one datacenter at a time: name it with --to. '{Everywhere}' is for stages that are active-active";
            if (isOnlyOne)
            {
                throw new FailoverException($"Stage {stage.Name} {refusal}.");
            }

            log.Say(stage.Name, Everywhere, refusal);
            return;
        }

        foreach (var datacenter in datacenters)
        {
            var name = datacenter.Definition.Name;
            try
            {
                if (!(await datacenter.ReadAsync(stage.Name, cancellation)).IsPaused)
                {
                    log.Say(stage.Name, name, "runs there already");
                    continue;
                }

                if (!options.DryRun)
                {
                    await datacenter.ResumeAsync(stage.Name, cancellation);
                }

                log.Say(stage.Name, name, options.DryRun ? "would resume" : "resumed; it goes on where it was");
            }
            catch (UnreachableException silent)
            {
                log.Leave(stage.Name, name, $"could not be resumed, run this again when it answers. ({silent.Message})");
            }
        }
    }
}
