namespace Millrace.Resilience;

/// <summary>One run of a scenario: its seed, its size and its notes.</summary>
internal sealed class Run(int seed, int size, Action<string> note)
{
    private const int MaxLine = 400;

    /// <summary>How many times as long as the briefest.</summary>
    public int Size { get; } = size;

    /// <summary>Chance, by the seed.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>How many processes were killed or stopped so far.</summary>
    public int Kills { get; private set; }

    /// <summary>What the processes said last.</summary>
    public Func<string> Report { get; set; } = () => "";

    /// <summary>What happened, for those who read a failure.</summary>
    public void Note(string text) => note(text);

    /// <summary>Notes that a process was killed or stopped.</summary>
    public void Killed(string how)
    {
        Kills++;
        note($"{how} ({Kills})");
    }

    /// <summary>A pause of the scenario's own rhythm.</summary>
    public Task PauseAsync(int minimum, int maximum) => Task.Delay(TimeSpan.FromMilliseconds(Random.Next(minimum, maximum)), TimeProvider.System);

    /// <summary>Judges a testbed, and tells what its processes said where the verdict is bad.</summary>
    public async Task<Verdict> JudgeAsync(IBed bed)
    {
        var verdict = await bed.FinishAsync();
        note(verdict.ToString());
        foreach (var line in bed.Said("waits for its sink"))
        {
            note(line[..Math.Min(line.Length, MaxLine)]);
        }

        if (!verdict.IsExactlyOnce)
        {
            note(Report());
        }

        return verdict;
    }
}
