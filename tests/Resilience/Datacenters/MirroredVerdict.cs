namespace Millrace.Resilience;

/// <summary>What has to hold between mirrored clusters: by their ids, all events are there once, in order.</summary>
internal static class MirroredVerdict
{
    /// <summary>Ends the run and judges it.</summary>
    /// <returns>The inputs that came out more than once.</returns>
    public static async Task<IReadOnlyList<SiteInput>> JudgeAsync(Sites sites)
    {
        await sites.FinishAsync();
        var verdict = sites.Judge(sites.Outputs.DistinctBy(written => written.Id));
        Assert.True(verdict.IsExactlyOnce && verdict.Inputs > 0, verdict.ToString());
        var counts = sites.Outputs.CountBy(written => (written.Output.Event.Key, written.Output.Event.Sequence)).ToDictionary();
        return [.. sites.Inputs.Where(input => counts.GetValueOrDefault((input.Input.Event.Key, input.Input.Event.Sequence)) > 1)];
    }
}
