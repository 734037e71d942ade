using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>A schedule.</summary>
internal sealed class TimerFunctionTrigger(TimerTriggerAttribute attribute) : FunctionTrigger
{
    /// <summary>The trigger, as it is written.</summary>
    public TimerTriggerAttribute Attribute => attribute;

    public override string? Refusal(ParameterInfo parameter) => parameter.ParameterType == typeof(TimerInfo)
        ? null
        : $"the parameter '{parameter.Name}' of type {parameter.ParameterType.Name} cannot be bound. Allowed are {AllowedTriggers}";
}
