using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>What calls a function, and what its method must look like for that.</summary>
internal abstract class FunctionTrigger
{
    /// <summary>What the parameters of any function may be.</summary>
    public const string AllowedTriggers =
        "KafkaRecord[] with [KafkaTrigger(…, IsBatched = true)], KafkaRecord with [KafkaTrigger], HttpRequest with [HttpTrigger], TimerInfo with [TimerTrigger]; beside it FunctionContext and CancellationToken";

    /// <summary>The trigger of a parameter; null if it has none.</summary>
    public static FunctionTrigger? Of(ParameterInfo parameter) => parameter.GetCustomAttributes().Select(attribute => attribute switch
    {
        KafkaTriggerAttribute kafka => new KafkaFunctionTrigger(kafka),
        HttpTriggerAttribute http => new HttpFunctionTrigger(http),
        TimerTriggerAttribute timer => new TimerFunctionTrigger(timer),
        _ => (FunctionTrigger?)null,
    }).FirstOrDefault(trigger => trigger is not null);

    /// <summary>Why the parameter with the trigger cannot be bound; null if it can.</summary>
    public abstract string? Refusal(ParameterInfo parameter);

    /// <summary>Why the function cannot be called although its parameters can be bound; null if it can.</summary>
    public virtual string? Refusal(MethodInfo method) => null;

    /// <summary>Whether the trigger has a value for a parameter without an attribute.</summary>
    public virtual bool Offers(ParameterInfo parameter) => false;

    /// <summary>Whether a result of that type is of use; the type is that behind a task.</summary>
    public virtual bool Takes(Type result) => false;
}
