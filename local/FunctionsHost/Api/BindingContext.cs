namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a trigger says about a call.</summary>
public abstract class BindingContext
{
    /// <summary>The trigger's values by name.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
