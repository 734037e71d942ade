namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a call supports, by type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    /// <summary>Sets the feature of that type.</summary>
    void Set<T>(T instance);

    /// <summary>The feature of that type, or the type's default if there is none.</summary>
    T? Get<T>();
}
