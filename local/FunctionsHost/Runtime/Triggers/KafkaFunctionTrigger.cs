using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>Records of a topic.</summary>
internal sealed class KafkaFunctionTrigger(KafkaTriggerAttribute attribute) : FunctionTrigger
{
    /// <summary>The trigger, as it is written.</summary>
    public KafkaTriggerAttribute Attribute => attribute;

    public override string? Refusal(ParameterInfo parameter) =>
        parameter.ParameterType != (attribute.IsBatched ? typeof(KafkaRecord[]) : typeof(KafkaRecord))
            ? $"the parameter '{parameter.Name}' of type {parameter.ParameterType.Name} cannot be bound with IsBatched = {(attribute.IsBatched ? "true" : "false")}. Allowed are {AllowedTriggers}"
        : attribute.KeyDataType != KafkaMessageKeyType.Binary
            ? $"KafkaTrigger.KeyDataType is {attribute.KeyDataType}, which corrupts keys that are not text: set KeyDataType = KafkaMessageKeyType.Binary"
        : null;
}
