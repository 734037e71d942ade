namespace Millrace.Resilience;

/// <summary>Something that goes wrong on purpose, and what is then found.</summary>
/// <param name="name">What goes wrong.</param>
/// <param name="script">Lets it go wrong, and gives the verdict.</param>
internal sealed class Scenario(string name, Func<Run, Task<Verdict>> script)
{
    /// <summary>What goes wrong.</summary>
    public string Name => name;

    /// <summary>Lets it go wrong, and gives the verdict. Where it does not come to one, the run notes what the processes said.</summary>
    public async Task<Verdict> RunAsync(Run run)
    {
        try
        {
            return await script(run);
        }
        catch
        {
            run.Note(run.Report());
            throw;
        }
    }
}
