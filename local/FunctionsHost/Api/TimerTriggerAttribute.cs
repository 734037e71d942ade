namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls the function by a schedule.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute : Attribute
{
    /// <summary>Calls the function by that schedule.</summary>
    /// <param name="schedule">Six fields (second, minute, hour, day, month, day of the week), or a pause such as <c>00:05:00</c>; <c>%Name%</c> stands for a setting.</param>
    public TimerTriggerAttribute(string schedule) => Schedule = schedule;

    /// <summary>The schedule.</summary>
    public string Schedule { get; }

    /// <summary>Whether runs are remembered, so that one that was missed while the host was down is made up for; never for schedules of less than a minute.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether the function is called when the host starts, too.</summary>
    public bool RunOnStartup { get; set; }
}
