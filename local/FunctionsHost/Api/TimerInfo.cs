namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer's call knows of its schedule.</summary>
public class TimerInfo
{
    /// <summary>The schedule's occurrences; null where they are not remembered.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this call makes up for an occurrence that was missed.</summary>
    public bool IsPastDue { get; set; }
}
