namespace Millrace.Schemas;

/// <summary>A schema of the repository, ready for use.</summary>
/// <param name="Uri">The URI that it was found by: one string for all the events that name it.</param>
/// <param name="Schema">The schema.</param>
internal sealed record CompiledSchema(string Uri, JsonSchema Schema)
{
    /// <summary>The schema for those who ask it directly.</summary>
    public EventSchema Asked => field ??= new EventSchema(Uri, Schema);
}
