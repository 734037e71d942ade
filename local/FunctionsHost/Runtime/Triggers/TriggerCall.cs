using System.Reflection;

namespace Millrace.FunctionsHost;

/// <summary>What a trigger gives to a call, and takes from it.</summary>
internal abstract class TriggerCall
{
    /// <summary>The argument for a parameter; each repetition of the call asks again.</summary>
    public abstract object? Bind(ParameterInfo parameter);

    /// <summary>The call's scope begins: before the middleware.</summary>
    public virtual void Begin(IServiceProvider services)
    {
    }

    /// <summary>The function and all middleware have returned; the call's scope still lives.</summary>
    /// <param name="result">What the function returned; null where it returned nothing, or was not called.</param>
    public virtual Task CompleteAsync(object? result) => Task.CompletedTask;
}
