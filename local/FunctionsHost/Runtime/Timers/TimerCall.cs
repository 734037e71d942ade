using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>An occurrence for a call.</summary>
internal sealed class TimerCall(ScheduleStatus? status, bool isPastDue) : TriggerCall
{
    public override object Bind(ParameterInfo parameter) => new TimerInfo
    {
        ScheduleStatus = status is null ? null : new ScheduleStatus { Last = status.Last, Next = status.Next, LastUpdated = status.LastUpdated },
        IsPastDue = isPastDue,
    };
}
