namespace Millrace.Resilience;

/// <summary>What a scenario disturbs, until it asks for the verdict.</summary>
internal interface IBed
{
    /// <summary>All the workers' lines that contain a text.</summary>
    IEnumerable<string> Said(string text);

    /// <summary>Ends the load, waits until all is done or nobody believes in it any more, ends the workers, and judges.</summary>
    Task<Verdict> FinishAsync();
}
