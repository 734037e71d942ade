namespace Millrace.Core;

/// <summary>Puts stages behind those whose outputs they read.</summary>
internal static class StageOrder
{
    /// <exception cref="CatalogException">Stages feed each other in a circle: an event would never come to rest.</exception>
    public static IReadOnlyList<StageDefinition> Sort(IReadOnlyCollection<StageDefinition> stages)
    {
        var sorted = new List<StageDefinition>(stages.Count);
        var waiting = stages.ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(stage => !waiting.Exists(other => Feeds(other, stage)))
                ?? throw new CatalogException($"The stages {string.Join(", ", waiting.Select(stage => stage.Name))} feed each other in a circle.");
            waiting.Remove(next);
            sorted.Add(next);
        }

        return sorted;
    }

    private static bool Feeds(StageDefinition from, StageDefinition to) =>
        from.Outputs.Any(output => to.Inputs.Any(input => input.Name == output.Stream.Name));
}
