namespace Microsoft.Azure.Functions.Worker;

/// <summary>Occurrences of a schedule.</summary>
public class ScheduleStatus
{
    /// <summary>The last one.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next one.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was last written.</summary>
    public DateTime LastUpdated { get; set; }
}
