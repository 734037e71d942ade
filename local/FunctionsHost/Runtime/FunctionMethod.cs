using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.FunctionsHost;

/// <summary>A function as it is written: a method, its trigger, and what its parameters take.</summary>
internal sealed class FunctionMethod : FunctionDefinition
{
    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;
    private readonly Func<Task, Task<object?>>? _resultOf;

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

        var triggers = _parameters.Select(parameter => (Parameter: parameter, Trigger: FunctionTrigger.Of(parameter))).Where(parameter => parameter.Trigger is not null).ToArray();
        if (triggers.Length != 1)
        {
            throw Refuse($"exactly one parameter has a trigger; {triggers.Length} have. Allowed are {FunctionTrigger.AllowedTriggers}");
        }

        Trigger = triggers[0].Trigger!;
        var result = ResultType;
        if (result == typeof(void) ? method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)) : !Trigger.Takes(result))
        {
            throw Refuse("the method returns Task or ValueTask, or void if it is not async; with an HTTP trigger also IResult, IActionResult, or a Task of one");
        }

        if (result != typeof(void) && result != method.ReturnType)
        {
            _resultOf = typeof(FunctionMethod).GetMethod(nameof(ResultOfAsync), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(result).CreateDelegate<Func<Task, Task<object?>>>();
        }

        foreach (var parameter in _parameters)
        {
            Check(parameter, parameter == triggers[0].Parameter);
        }

        if (Trigger.Refusal(method) is { } refusal)
        {
            throw Refuse(refusal);
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

    /// <summary>What calls the function: as it is written, unless the application changed what it tells the host.</summary>
    public FunctionTrigger Trigger { get; internal set; }

    /// <summary>How the host repeats a call that threw; null where it does not.</summary>
    public RetryPolicy? Retry { get; }

    /// <summary>Calls the method, on an instance of its own unless it is static.</summary>
    /// <returns>What the method returns, behind its task; null where it returns nothing.</returns>
    public async Task<object?> CallAsync(FunctionContext context, TriggerCall call)
    {
        var instance = _method.IsStatic ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, _method.DeclaringType!);
        var arguments = Array.ConvertAll(_parameters, parameter =>
            parameter.ParameterType == typeof(FunctionContext) ? context
            : parameter.ParameterType == typeof(CancellationToken) ? context.CancellationToken
            : call.Bind(parameter));
        switch (_method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null))
        {
            case Task task when _resultOf is not null:
                return await _resultOf(task).ConfigureAwait(false);
            case Task task:
                await task.ConfigureAwait(false);
                return null;
            case ValueTask task:
                await task.ConfigureAwait(false);
                return null;
            case var returned:
                return returned;
        }
    }

    // What stands behind the task, or void.
    private Type ResultType
    {
        get
        {
            var type = _method.ReturnType;
            return type == typeof(Task) || type == typeof(ValueTask) ? typeof(void)
                : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? type.GetGenericArguments()[0]
                : type;
        }
    }

    private static async Task<object?> ResultOfAsync<T>(Task task) => await ((Task<T>)task).ConfigureAwait(false);

    private void Check(ParameterInfo parameter, bool isTrigger)
    {
        var type = parameter.ParameterType;
        var refusal = isTrigger ? Trigger.Refusal(parameter)
            : type == typeof(FunctionContext) || type == typeof(CancellationToken) || Trigger.Offers(parameter) ? null
            : $"the parameter '{parameter.Name}' of type {type.Name} cannot be bound. Allowed are {FunctionTrigger.AllowedTriggers}, and parts of an HTTP trigger's route, by name";
        if (refusal is not null)
        {
            throw Refuse(refusal);
        }
    }

    private FunctionsHostException Refuse(string reason) => new($"Function '{Name}' ({EntryPoint}): {reason}.");
}
