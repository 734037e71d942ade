using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.FunctionsHost;

/// <summary>A function as it is written: a method, its trigger, and what its parameters take.</summary>
internal sealed class FunctionMethod : FunctionDefinition
{
    private const string Allowed = "KafkaRecord[] with [KafkaTrigger(…, IsBatched = true)], KafkaRecord with [KafkaTrigger], FunctionContext and CancellationToken";

    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;

    /// <summary>Reads the method; refuses what cannot be called.</summary>
    public FunctionMethod(string name, MethodInfo method)
    {
        Name = name;
        _method = method;
        _parameters = method.GetParameters();
        if (!method.IsPublic || method.ContainsGenericParameters || method.DeclaringType is { IsAbstract: true, IsSealed: false })
        {
            throw Refuse("the method is public and not generic, and its class not abstract");
        }

        if (method.ReturnType != typeof(Task) && method.ReturnType != typeof(ValueTask)
            && (method.ReturnType != typeof(void) || method.IsDefined(typeof(AsyncStateMachineAttribute))))
        {
            throw Refuse("the method returns Task or ValueTask, or void if it is not async");
        }

        var triggers = _parameters.Where(parameter => parameter.IsDefined(typeof(KafkaTriggerAttribute))).ToArray();
        if (triggers.Length != 1)
        {
            throw Refuse($"exactly one parameter has a trigger; {triggers.Length} have. Allowed are {Allowed}");
        }

        Trigger = triggers[0].GetCustomAttribute<KafkaTriggerAttribute>()!;
        foreach (var parameter in _parameters)
        {
            Check(parameter, parameter == triggers[0]);
        }

        if (Trigger.KeyDataType != KafkaMessageKeyType.Binary)
        {
            throw Refuse($"KafkaTrigger.KeyDataType is {Trigger.KeyDataType}, which corrupts keys that are not text: set KeyDataType = KafkaMessageKeyType.Binary");
        }

        Retry = RetryPolicy.Of(method.GetCustomAttributes<RetryAttribute>().SingleOrDefault());
    }

    /// <inheritdoc/>
    public override string Id => Name;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string EntryPoint => $"{_method.DeclaringType!.FullName}.{_method.Name}";

    /// <inheritdoc/>
    public override string PathToAssembly => _method.DeclaringType!.Assembly.Location;

    /// <summary>The trigger, as it is written.</summary>
    public KafkaTriggerAttribute Trigger { get; }

    /// <summary>How the host repeats a call that threw; null where it does not.</summary>
    public RetryPolicy? Retry { get; }

    /// <summary>Calls the method, on an instance of its own unless it is static.</summary>
    public async Task CallAsync(FunctionContext context, KafkaRecord[] records)
    {
        var instance = _method.IsStatic ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, _method.DeclaringType!);
        var arguments = Array.ConvertAll(_parameters, object (parameter) =>
            parameter.ParameterType == typeof(FunctionContext) ? context
            : parameter.ParameterType == typeof(CancellationToken) ? context.CancellationToken
            : Trigger.IsBatched ? records
            : records[0]);
        switch (_method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null))
        {
            case Task task:
                await task.ConfigureAwait(false);
                break;
            case ValueTask task:
                await task.ConfigureAwait(false);
                break;
        }
    }

    private void Check(ParameterInfo parameter, bool isTrigger)
    {
        var type = parameter.ParameterType;
        var fits = isTrigger
            ? type == (Trigger.IsBatched ? typeof(KafkaRecord[]) : typeof(KafkaRecord))
            : type == typeof(FunctionContext) || type == typeof(CancellationToken);
        if (!fits)
        {
            throw Refuse($"the parameter '{parameter.Name}' of type {type.Name} cannot be bound{(isTrigger ? $" with IsBatched = {(Trigger.IsBatched ? "true" : "false")}" : "")}. Allowed are {Allowed}");
        }
    }

    private FunctionsHostException Refuse(string reason) => new($"Function '{Name}' ({EntryPoint}): {reason}.");
}
