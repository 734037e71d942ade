namespace Microsoft.Azure.Functions.Worker;

/// <summary>One call of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>What tells this call from every other.</summary>
    public abstract string InvocationId { get; }

    /// <summary>What tells the function from every other, the same in each call.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The function that is called.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>What the trigger says about the call.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>Which repetition this call is.</summary>
    /// <remarks>Counts the repetitions that a <see cref="RetryAttribute"/> asks for, not those of the trigger; null where the function has no such attribute.</remarks>
    public abstract RetryContext? RetryContext { get; }

    /// <summary>The services of this call's scope, which ends with the call.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>What middleware and the function share during this call.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>What this call supports, by type.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Is cancelled when the host stops; nothing of the call is then committed.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}
