using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace Millrace.FunctionsHost;

/// <summary>Lets the application change what it tells the host of its functions.</summary>
internal static class FunctionMetadataTransformers
{
    /// <summary>Runs the transformers and binds the functions to what they leave.</summary>
    /// <exception cref="FunctionsHostException">A transformer did what this host does not follow: only properties of Kafka triggers can be changed.</exception>
    public static void Apply(IEnumerable<IFunctionMetadataTransformer> transformers, IReadOnlyList<FunctionMethod> functions)
    {
        IList<IFunctionMetadata> metadata = [.. functions.Select(function => new FunctionMetadata(function.Name, TriggerBinding.Write(Attribute(function))))];
        foreach (var transformer in transformers)
        {
            transformer.Transform(metadata);
            if (!metadata.Select(function => function.Name).SequenceEqual(functions.Select(function => function.Name)) || metadata.Any(function => function.RawBindings is not { Count: 1 }))
            {
                throw new FunctionsHostException($"The transformer {transformer.Name} added or removed functions or bindings. Allowed is to change properties of Kafka triggers.");
            }
        }

        foreach (var (function, changed) in functions.Zip(metadata))
        {
            Bind(function, changed.RawBindings![0]);
        }
    }

    private static void Bind(FunctionMethod function, string binding)
    {
        if (function.Trigger is KafkaFunctionTrigger)
        {
            function.Trigger = new KafkaFunctionTrigger(TriggerBinding.ReadKafka(binding, function.Name));
        }
        else if (binding != TriggerBinding.Write(Attribute(function)))
        {
            throw new FunctionsHostException($"Function '{function.Name}': a transformer changed its binding. Allowed is to change properties of Kafka triggers.");
        }
    }

    private static Attribute Attribute(FunctionMethod function) => function.Trigger switch
    {
        KafkaFunctionTrigger kafka => kafka.Attribute,
        HttpFunctionTrigger http => http.Attribute,
        TimerFunctionTrigger timer => timer.Attribute,
        _ => throw new InvalidOperationException($"{function.Trigger.GetType().Name} has no attribute."),
    };
}
