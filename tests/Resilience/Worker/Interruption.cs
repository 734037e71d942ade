namespace Millrace.Resilience.Worker;

/// <summary>When the worker interrupts itself, and how: the section of that name in its settings.</summary>
public sealed class Interruption
{
    /// <summary>Where.</summary>
    public Point Point { get; set; }

    /// <summary>At which passage of the point, from one.</summary>
    public int Passage { get; set; } = 1;

    /// <summary>How long after it, in milliseconds; at zero nothing else happens in between.</summary>
    public int Delay { get; set; }

    /// <summary>Whether the process is stopped, to be continued from outside, rather than killed.</summary>
    public bool Stop { get; set; }
}
